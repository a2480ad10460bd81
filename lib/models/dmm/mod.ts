/** The Deep Markov Model. @module */
export { type Dmm, dmm, type DmmNotes } from "./dmm.ts";
export type { CompleteDmmOptions, DmmOptions } from "./options.ts";
export type { DmmGuideStep, DmmNetworks, DmmParams } from "./dmm_networks.ts";
export type {
  DmmCombinerParams,
  DmmEmitterParams,
  DmmLayers,
  DmmTransitionParams,
  LocScale,
} from "./networks.ts";
export { type DmmStateDictOptions, fromDmmStateDict, toDmmStateDict } from "./state_dict.ts";
export { decodeDmm, encodeDmm, loadDmm, saveDmm, type TrainedDmm } from "./parameters.ts";
export { type DmmGuideOutput, type DmmParts, dmmParts } from "./parts.ts";
