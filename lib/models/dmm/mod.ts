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
