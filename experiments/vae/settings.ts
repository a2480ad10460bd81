import type { VaeOptions } from "@pyrosaur/pyrosaur/models";
import type { Profiles } from "@pyrosaur/pyrosaur/results";

/** The training of an autoencoder. */
export interface TrainingConfig {
  /** Passes over the training images. */
  readonly epochs: number;
  /** Images in a mini-batch; the last one of an epoch has what is left. */
  readonly batch: number;
  /** Adam's rate. */
  readonly learningRate: number;
  /**
   * The rate grows to `learningRate` over some epochs and then falls to 0 along half a cosine.
   * Default: it stays.
   */
  readonly warmupEpochs?: number;
  /** Default: the divergence by the draw, as in the example; `meanField`: in closed form. */
  readonly elbo?: "meanField";
  /** Epochs between two looks at the test images. */
  readonly lookEvery: number;
  /** Threads within one operation (default: the engine's choice). */
  readonly threads?: number;
  /** Minutes between checkpoints. */
  readonly checkpointMinutes: number;
}

/** The settings of Pyro's example. */
export const example: TrainingConfig = {
  epochs: 100,
  batch: 256,
  learningRate: 1e-3,
  lookEvery: 5,
  checkpointMinutes: 1,
};

/**
 * Our own choice for networks of the same sizes. In the example's training the ELBO of test images
 * keeps up with that of training images: what it lacks is training. So four times as many epochs,
 * with a rate that begins twice as high and falls to 0, and divergences in closed form.
 */
export const tuned: TrainingConfig = {
  ...example,
  epochs: 400,
  learningRate: 2e-3,
  warmupEpochs: 1,
  elbo: "meanField",
  lookEvery: 10,
};

/** The settings of the experiment. */
export interface VaeConfig {
  /** The training. */
  readonly training: TrainingConfig;
  /** Sizes that differ from the example's. */
  readonly sizes: Omit<VaeOptions, "inputDim">;
  /** The number of draws that final ELBOs are means over. */
  readonly draws: number;
  /** The numbers of draws of the importance-weighted bounds, in increasing order. */
  readonly bounds: readonly number[];
  /** The number of test images, the first ones, that these bounds are of. */
  readonly boundImages: number;
  /** The number of test images, the first ones, in the map of the latent space. */
  readonly mapped: number;
}

const common = { seeds: 1, sizes: {}, draws: 10, bounds: [100, 1000], boundImages: 10_000, mapped: 2000 };

/** `quick` is the beginning of `full`. */
export const profiles: Profiles<VaeConfig> = {
  quick: {
    ...common,
    training: { ...example, epochs: 5, lookEvery: 1 },
    draws: 3,
    boundImages: 200,
    mapped: 1000,
  },
  full: { ...common, training: example },
  tuned: { ...common, training: tuned },
};
