/** The forecasts that are held against each other, in the order of the tables. */
export const METHODS = [
  "zero",
  "mean",
  "least_squares",
  "ridge",
  "blr",
  "blr_evidence",
  "nn",
  "bnn",
  "bnn_relu",
  "bnn_source",
] as const;

/** The name of a forecast. */
export type Method = typeof METHODS[number];

/** The forecasts by networks, which are trained. */
export const NETWORKS = ["nn", "bnn", "bnn_relu", "bnn_source"] as const;

/** The name of a forecast by a network. */
export type NetworkName = typeof NETWORKS[number];

/** The settings of a network. */
export interface NetworkSettings {
  /** The function of its hidden layer. */
  readonly activation: "identity" | "relu";
  /** True for priors on its weights, false for the likeliest ones. */
  readonly isBayesian: boolean;
  /**
   * The standard deviation of the noise; null: it has the prior HalfNormal(1) and is learnt. Of the
   * likeliest weights it makes no difference.
   */
  readonly noise: number | null;
}

/** The networks by name: `bnn_source` has the noise of the text. */
export const networks: Readonly<Record<NetworkName, NetworkSettings>> = {
  nn: { activation: "identity", isBayesian: false, noise: 1 },
  bnn: { activation: "identity", isBayesian: true, noise: null },
  bnn_relu: { activation: "relu", isBayesian: true, noise: null },
  bnn_source: { activation: "identity", isBayesian: true, noise: 1 },
};

/** The settings of the experiment. */
export interface FinanceConfig {
  /** Days that a forecast is made from. */
  readonly window: number;
  /** Days of a series that the text takes: the last ones. */
  readonly sourceDays: number;
  /** Windows that a fit is made from: as many as the text has. */
  readonly train: number;
  /** Windows that it is tested on. */
  readonly test: number;
  /** Origins that roll through the series, the latest ones; null: all there are. */
  readonly origins: number | null;
  /** Precisions that ridge regression and the evidence choose from. */
  readonly penalties: readonly number[];
  /** Parts of `test` windows at the end of a fit's data that the penalty is chosen on. */
  readonly validations: number;
  /** Units of the hidden layer. */
  readonly hidden: number;
  /** Windows that a step of the plain network takes. */
  readonly batch: number;
  /** Its epochs, at a constant rate: the text's training. */
  readonly epochs: number;
  /** The rate of Adam. */
  readonly learningRate: number;
  /**
   * Steps of the Bayesian networks, of all windows each, at a rate that falls to 0 along half a
   * cosine: the text's 64 windows at a constant rate lead to the same optimum, and take longer.
   */
  readonly bayesianSteps: number;
  /** The rate they begin with. */
  readonly bayesianLearningRate: number;
  /** Draws that a predictive distribution is known by. */
  readonly draws: number;
  /** The number of splits that a task trains. */
  readonly chunk: number;
}

/** All but the number of origins and of steps. */
export const common: Omit<FinanceConfig, "origins" | "bayesianSteps"> = {
  window: 7,
  sourceDays: 360,
  train: 322,
  test: 30,
  penalties: Array.from({ length: 15 }, (_, i) => 10 ** (i / 2 - 3)),
  validations: 3,
  hidden: 25,
  batch: 64,
  epochs: 100,
  learningRate: 1e-3,
  bayesianLearningRate: 0.01,
  draws: 1000,
  chunk: 5,
};
