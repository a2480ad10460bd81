/** Markov chain Monte Carlo on the compiled potential. @module */
export type { ChainState } from "./chain.ts";
export type { AdaptationState } from "./adaptation.ts";
export type { DualAveragingState } from "./dual_averaging.ts";
export { Kernel, type KernelOptions } from "./kernel.ts";
export type { KernelSettings } from "./kernel_settings.ts";
export { logLikelihood } from "./log_likelihood.ts";
export { type RankHistogram, sbc, type SBCOptions } from "./sbc.ts";
export { MCMC } from "./mcmc.ts";
export type { MCMCOptions, MCMCRunOptions } from "./mcmc_options.ts";
export type { Part, Plan, Unfinished } from "./record.ts";
export { loadMCMC, saveMCMC } from "./save.ts";
export { HMC, type HMCOptions } from "./hmc.ts";
export type { DenseMass } from "./first_mass.ts";
export { NUTS, type NUTSOptions } from "./nuts.ts";
export { type ChainProgress, formatChains, type MCMCProgress, type MCMCProgressReport } from "./progress.ts";
export { MCMCResult } from "./result.ts";
export type { MCMCState } from "./state.ts";
