import type { DMMOptions } from "../../lib/models/dmm/mod.ts";
import type { Profiles } from "../../lib/results/experiment.ts";
import { type TrainingConfig, tuned, tutorial } from "./config.ts";

/** The settings of the experiment. */
export interface DmmConfig {
  /** How many flows the guide has: a model is trained for each. */
  readonly iafs: readonly number[];
  /** How each is trained. */
  readonly training: TrainingConfig;
  /** Sizes that differ from the tutorial's. */
  readonly sizes: Omit<DMMOptions, "numIafs">;
  /** The final ELBOs are means over so many draws. */
  readonly draws: number;
  /** The importance-weighted bounds are of so many draws each. */
  readonly bounds: readonly number[];
}

const common = { seeds: 1, sizes: {}, draws: 10 };

/**
 * `full` has the tutorial's settings. In the few epochs of `quick` these would not even reach the
 * Markov chains of single notes that simulated data are held against: it starts at the notes' odds
 * and has a higher rate, which falls. Annealed over fewer epochs than these, the states stay
 * without use.
 */
export const profiles: Profiles<DmmConfig> = {
  quick: {
    ...common,
    iafs: [0, 1],
    training: {
      ...tuned,
      epochs: 80,
      schedule: { warmupEpochs: 5 },
      averaging: 0.8,
      annealing: { from: 0.2, epochs: 70 },
      late: undefined,
      samples: 1,
      threads: 1,
      checkpointMinutes: 0.25,
    },
    bounds: [1, 10],
  },
  full: { ...common, iafs: [0, 1, 2], training: tutorial, bounds: [1, 10, 100] },
  tuned: { ...common, iafs: [0], training: tuned, bounds: [1, 10, 100] },
};
