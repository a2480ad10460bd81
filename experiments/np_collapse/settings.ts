/** The weights that a network starts with. */
export type Weights = "normal" | "default" | "xavier";

/** One way to train: its name is that of its metrics. */
export interface Setting {
  readonly name: string;
  /** N(0, 1), PyTorch's own, or Xavier's normal; biases are PyTorch's in each case. */
  readonly weights: Weights;
  /** Updates. */
  readonly steps: number;
  /** True for a training on many functions through the points. */
  readonly remedy?: boolean;
}

/** The settings of the experiment. */
export interface NpConfig {
  readonly settings: readonly Setting[];
  /** Independent trainings of each. */
  readonly runs: number;
  /** The number that is trained in one graph; what they draw depends on it. */
  readonly chunk: number;
  /** The rate of Adam. */
  readonly learningRate: number;
  /** Draws of z that a loss is the mean of. */
  readonly samples: number;
  /** Draws of z that a prediction is made of. */
  readonly predictions: number;
  /** Steps between two looks at the runs. */
  readonly lookEvery: number;
  /** The number of last steps that the loss and the divergence of a run are means over. */
  readonly window: number;
  /** Looks within that window. */
  readonly windowLooks: number;
  /**
   * A run has collapsed when the functions it draws, given all five points, have a standard
   * deviation below this at x = -4, two units away from the data: a fortieth of what the data span,
   * which no figure shows.
   */
  readonly collapsedBelow: number;
}

/** The four trainings of the text, and ours. */
export const settings: readonly Setting[] = [
  { name: "normal_9001", weights: "normal", steps: 9001 },
  { name: "default_9001", weights: "default", steps: 9001 },
  { name: "xavier_9001", weights: "xavier", steps: 9001 },
  { name: "normal_25001", weights: "normal", steps: 25_001 },
  { name: "remedy", weights: "normal", steps: 25_001, remedy: true },
];

/** All but the number of runs. */
export const common: Omit<NpConfig, "runs"> = {
  settings,
  chunk: 50,
  learningRate: 1e-3,
  samples: 10,
  predictions: 100,
  lookEvery: 500,
  window: 1000,
  windowLooks: 10,
  collapsedBelow: 0.05,
};

/** Many functions through the five points: elsewhere the values of each are drawn. */
export const remedy = {
  /** Two more places, outside the data. */
  at: [-4, 4],
  /** The values there are normal draws with this standard deviation. */
  sd: 1,
  /** They are observed with this one: less strictly than the data, which are to be met exactly. */
  scale: 0.02,
} as const;
