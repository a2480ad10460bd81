import type { ClippedAdamOptions } from "../../lib/infer/mod.ts";

/** How one model is trained. */
export interface TrainingConfig {
  /** Passes over the training sequences. */
  readonly epochs: number;
  /** Sequences in a mini-batch. */
  readonly batch: number;
  /** Settings of `clippedAdam`, but for the rate where it follows a schedule. */
  readonly optimiser: ClippedAdamOptions;
  /** From which factor the weight of the divergence grows to 1, and over how many epochs. */
  readonly annealing: { readonly from: number; readonly epochs: number };
  /** Epochs between two looks at the validation and the test sequences. */
  readonly evaluateEvery: number;
  /** Draws an evaluation is the mean of. */
  readonly samples: number;
  /** Threads within one operation; two trainings with one thread each do more than one training with two. */
  readonly threads: number;
  /** Minutes between checkpoints. */
  readonly checkpointMinutes: number;
}

/** The hyperparameters of Pyro's tutorial. */
export const tutorial: TrainingConfig = {
  epochs: 5000,
  batch: 20,
  optimiser: { lr: 3e-4, betas: [0.96, 0.999], clipNorm: 10, lrd: 0.99996, weightDecay: 2 },
  annealing: { from: 0.2, epochs: 1000 },
  evaluateEvery: 20,
  samples: 1,
  threads: 1,
  checkpointMinutes: 2,
};
