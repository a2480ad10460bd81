import type { Profiles } from "@pyrosaur/pyrosaur/results";

/** The names of the parts, in the order of the report. */
export const PARTS = ["schools", "ruggedness", "mixture", "funnel", "volatility"] as const;

/** The name of a part. */
export type PartName = typeof PARTS[number];

/** The lengths of chains. */
export interface Lengths {
  /** Chains. */
  readonly chains: number;
  /** Transitions of the warm-up of each. */
  readonly warmup: number;
  /** Draws of each. */
  readonly draws: number;
}

/** The settings of the experiment. */
export interface McmcConfig {
  /** Eight schools, each parametrisation. */
  readonly schools: Lengths;
  /** The regression on ruggedness. */
  readonly ruggedness: Lengths;
  /** The mixture with an ordered prior. */
  readonly mixture: Lengths;
  /** Neal's funnel, each parametrisation. */
  readonly funnel: Lengths;
  /** Stochastic volatility, each series. */
  readonly volatility: Lengths;
  /** Days of the simulated series. */
  readonly days: number;
}

const chains = 4;

/** `full` repeats everything with five seeds. */
export const profiles: Profiles<McmcConfig> = {
  quick: {
    seeds: 1,
    schools: { chains, warmup: 1000, draws: 2500 },
    ruggedness: { chains, warmup: 1000, draws: 2500 },
    mixture: { chains, warmup: 1000, draws: 40_000 },
    funnel: { chains, warmup: 1000, draws: 2500 },
    volatility: { chains, warmup: 500, draws: 1500 },
    days: 1000,
  },
  full: {
    seeds: 5,
    schools: { chains, warmup: 1000, draws: 5000 },
    ruggedness: { chains, warmup: 1000, draws: 5000 },
    mixture: { chains, warmup: 1000, draws: 40_000 },
    funnel: { chains, warmup: 1000, draws: 5000 },
    volatility: { chains, warmup: 1000, draws: 2000 },
    days: 1000,
  },
};
