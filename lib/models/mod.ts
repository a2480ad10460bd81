/** Models of the experiments, to be used and built upon. @module */
export * from "./rugged.ts";
export * from "./dmm/dmm.ts";
export type { CompleteDmmOptions, DmmOptions } from "./dmm/options.ts";
export type { DmmGuideStep, DmmNetworks, DmmParams } from "./dmm/dmm_networks.ts";
export type { DmmCombinerParams, DmmEmitterParams, DmmTransitionParams } from "./dmm/networks.ts";
export type { DmmLayers, LocScale } from "./dmm/networks.ts";
export * from "./dmm/parameters.ts";
export * from "./dmm/parts.ts";
export * from "./dmm/state_dict.ts";
export * from "./neural_process/neural_process.ts";
export * from "./neural_process/parameters.ts";
export * from "./neural_process/predictive.ts";
export * from "./neural_process/random_context.ts";
export * from "./bayesian_classifier/bayesian_classifier.ts";
export * from "./bayesian_classifier/parameters.ts";
export * from "./bayesian_classifier/predictive.ts";
