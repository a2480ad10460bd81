/** Calibration by simulation. @module */
export type { RankHistogram, SimulationOptions } from "./simulated.ts";
export { sbc, type SBCOptions } from "./sbc.ts";
export { type GuideRanks, vsbc, type VSBCOptions } from "./vsbc.ts";
