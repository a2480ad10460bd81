/** The Deep Markov Model. @module */
export { type DMM, dmm, type DMMOptions, type DMMParams, type Notes } from "./dmm.ts";
export {
  combiner,
  type CombinerParams,
  emitter,
  type EmitterParams,
  gatedTransition,
  type GatedTransitionParams,
  type Layers,
  type LocScale,
} from "./networks.ts";
export { type DmmStateDictOptions, fromDmmStateDict, toDmmStateDict } from "./state_dict.ts";
export {
  decodeParameters,
  encodeParameters,
  loadParameters,
  saveParameters,
  type TrainedParameters,
} from "./parameters.ts";
export { type DmmParts, dmmParts, type GuideOutput } from "./parts.ts";
