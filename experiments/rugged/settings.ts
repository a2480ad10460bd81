/** The settings of the experiment. */
export interface RuggedConfig {
  /** Steps of Adam for AutoNormal, at a constant rate: the introduction's training. */
  readonly steps: number;
  /** Their learning rate. */
  readonly learningRate: number;
  /** Steps of Adam for all other fits, at a rate that falls to 0 along half a cosine. */
  readonly longSteps: number;
  /** The learning rate they begin with. */
  readonly longLearningRate: number;
  /**
   * The number of last steps whose mean is the loss: that of a single step is too noisy to compare.
   */
  readonly lossWindow: number;
  /** Draws from each fitted guide: for means, deviations and slopes. */
  readonly draws: number;
  /** Draws of the predictive distribution. */
  readonly predictions: number;
}

/**
 * AutoNormal trains as in the introduction: 1,000 steps of Adam at 0.02, from 0 in unconstrained
 * space.
 *
 * At a constant rate the last step is up to half a posterior standard deviation off, and the
 * likelihood and the guide written by hand have not arrived by then: they begin with a sigma of 1,
 * nine units of log GDP away from the data. So these, and the full-rank guide that is held against
 * a long run of NUTS, take 5,000 steps with a rate that falls.
 */
export const settings: RuggedConfig = {
  steps: 1000,
  learningRate: 0.02,
  longSteps: 5000,
  longLearningRate: 0.05,
  lossWindow: 100,
  draws: 10_000,
  predictions: 2000,
};
