import type { Profiles } from "@pyrosaur/pyrosaur/results";

/** The trainings that are compared; `plain` also gives the ensemble. */
export const METHODS = ["source", "scaled", "local", "plain"] as const;

/**
 * The name of a training. `source`: as in the text, the likelihood of a batch beside the whole
 * divergence. `scaled`: the likelihood counts as that of all images. `local`: the same with noise
 * on activations, and divergences in closed form. `plain`: maximum likelihood.
 */
export type Method = typeof METHODS[number];

/** The systems that are measured. */
export const SYSTEMS = ["source", "scaled", "local", "plain", "ensemble"] as const;

/** The name of a system. */
export type System = typeof SYSTEMS[number];

/** The settings of a training. */
export interface TrainingConfig {
  /** Units of the hidden layer. */
  readonly hidden: number;
  /** Passes over the training images. */
  readonly epochs: number;
  /** Images in a mini-batch; the last one of an epoch has what is left. */
  readonly batch: number;
  /** Adam's rate for Bayesian networks. */
  readonly learningRate: number;
  /** Adam's rate for plain networks: PyTorch's default. */
  readonly plainLearningRate: number;
  /** Minutes between checkpoints. */
  readonly checkpointMinutes: number;
}

/** The settings of the experiment. */
export interface BnnConfig {
  /** The training. */
  readonly training: TrainingConfig;
  /** Training images, the first ones. */
  readonly trainImages: number;
  /** Test images, the first ones; as many images of noise. */
  readonly testImages: number;
  /** Test images, the first ones, that are rotated and distorted. */
  readonly changedImages: number;
  /** Networks that a prediction is the mean of. */
  readonly networks: number;
  /** Networks whose medians the text's own rule looks at. */
  readonly ruleNetworks: number;
  /** Networks of the ensemble. */
  readonly members: number;
}

/** The text's settings: 469 steps an epoch. */
const text: TrainingConfig = {
  hidden: 1024,
  epochs: 5,
  batch: 128,
  learningRate: 0.01,
  plainLearningRate: 0.001,
  checkpointMinutes: 1,
};

/** `quick` trains a quarter of the units on a sixth of the images. */
export const profiles: Profiles<BnnConfig> = {
  quick: {
    seeds: 1,
    training: { ...text, hidden: 256 },
    trainImages: 10_000,
    testImages: 2000,
    changedImages: 200,
    networks: 10,
    ruleNetworks: 20,
    members: 5,
  },
  full: {
    seeds: 3,
    training: text,
    trainImages: 60_000,
    testImages: 10_000,
    changedImages: 1000,
    networks: 10,
    ruleNetworks: 100,
    members: 5,
  },
};

/** Degrees that digits are rotated by: against the clock. */
export const ANGLES: readonly number[] = Array.from({ length: 13 }, (_, i) => 15 * i);
