/** The settings of the experiment. */
export interface ObjectivesConfig {
  /** The steps after which the two forms of an example are compared. */
  readonly compared: number;
  /** The steps of a fit. */
  readonly steps: number;
  /** The learning rate of Adam. */
  readonly learningRate: number;
  /** The draws that the loss of a fit is estimated from. */
  readonly particles: number;
}

/** The fit is that of Pyro's introduction. */
export const settings: ObjectivesConfig = {
  compared: 20,
  steps: 1000,
  learningRate: 0.02,
  particles: 1000,
};
