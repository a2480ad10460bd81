/** Losses of variational inference. @module */
export { TraceELBO } from "./trace_elbo.ts";
export { TraceEnumELBO } from "./trace_enum_elbo.ts";
export { TraceMeanFieldELBO } from "./trace_mean_field_elbo.ts";
export { TraceGraphELBO } from "./trace_graph_elbo.ts";
export { RenyiELBO, type RenyiOptions } from "./renyi_elbo.ts";
export { ReweightedWakeSleep, type ReweightedWakeSleepOptions } from "./reweighted_wake_sleep.ts";
export { type TailAdaptiveOptions, TraceTailAdaptiveELBO } from "./trace_tail_adaptive_elbo.ts";
export type { ParticleOptions } from "./particles.ts";
export type { Loss, LossFunction, LossObject } from "./loss.ts";
export { checkMatch } from "./match.ts";
export { type TracePair, tracePair } from "./traces.ts";
export { logWeights } from "./log_weights.ts";
export { EnergyDistance, type EnergyDistanceOptions } from "./energy_distance.ts";
export { type MMDKernel, TraceMMD, type TraceMMDOptions } from "./trace_mmd.ts";
