import type { DmmOptions } from "../../lib/models/mod.ts";
import type { TrainingConfig } from "../../experiments/dmm/notebook.ts";

/** The sizes of the demonstration. */
export interface DemoSettings {
  /** The sizes of its model. */
  readonly sizes: DmmOptions;
  /** The settings of its training. */
  readonly training: TrainingConfig;
  /** Pieces of the training, validation and test part that are used (default: all). */
  readonly pieces?: number;
  /** Number of pieces that the model composes. */
  readonly compositions: number;
  /** Number of their steps. */
  readonly steps: number;
}

/** A model a tenth the size of the tutorial's: under a minute of two cores. */
export const demoSettings: DemoSettings = {
  sizes: { zDim: 32, emissionDim: 64, transitionDim: 64, rnnDim: 128 },
  training: {
    epochs: 80,
    batch: 20,
    optimiser: { lr: 3e-3, betas: [0.9, 0.999], clipNorm: 10 },
    schedule: { warmupEpochs: 3 },
    elbo: "meanField",
    noteOdds: true,
    annealing: { from: 0.2, epochs: 25 },
    evaluateEvery: 5,
    samples: 1,
    threads: 1,
    checkpointMinutes: 10,
  },
  compositions: 2,
  steps: 64,
};
