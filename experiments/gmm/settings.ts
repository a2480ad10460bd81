import type { Profiles } from "@pyrosaur/pyrosaur/results";

/** The settings of the mixtures of irises. */
export interface FlowerConfig {
  /** The numbers of components that are compared. */
  readonly components: readonly number[];
  /** The parts that the flowers are cut into: each is held out once. */
  readonly folds: number;
  /** Trainings from other first values, of which the one with the lowest loss counts. */
  readonly restarts: number;
  /** Steps of Adam. */
  readonly steps: number;
  /** The rate that falls to 0 along half a cosine. */
  readonly learningRate: number;
}

/** The settings of the experiment. */
export interface GmmConfig {
  /** First values of the tutorial that are compared: the seeds 0 to `starts - 1`. */
  readonly starts: number;
  /** Steps of Adam in the tutorial. */
  readonly steps: number;
  /** Draws of membership, for each of the points near the boundary. */
  readonly draws: number;
  /** The mixtures of irises. */
  readonly flowers: FlowerConfig;
}

const flowers: FlowerConfig = {
  components: [1, 2, 3, 4, 5, 6],
  folds: 5,
  restarts: 5,
  steps: 400,
  learningRate: 0.05,
};

/** The tutorial is the same in both; the irises are cut anew with each seed. */
export const profiles: Profiles<GmmConfig> = {
  quick: { seeds: 1, starts: 100, steps: 200, draws: 1000, flowers },
  full: {
    seeds: 3,
    starts: 100,
    steps: 200,
    draws: 10_000,
    flowers: { ...flowers, folds: 10 },
  },
};
