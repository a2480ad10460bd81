/** The state of a step size's adaptation, plain numbers. */
export interface DualAveragingState {
  /** The log of the step size that all are drawn towards. */
  readonly mu: number;
  /** The number of steps taken in. */
  readonly count: number;
  /** The mean lack of acceptance, the first steps counting less. */
  readonly error: number;
  /** The log of the step size to try next. */
  readonly log: number;
  /** The mean of the logs tried, the later ones counting more. */
  readonly logMean: number;
}

const GAMMA = 0.05, T0 = 10, KAPPA = 0.75;

/**
 * The adaptation of a step size to a mean acceptance, by dual averaging (Nesterov 2009; Hoffman and
 * Gelman 2014, algorithm 5, with their constants).
 */
export class DualAveraging {
  #mu = 0;
  #count = 0;
  #error = 0;
  #log = 0;
  #logMean = 0;

  /** @param target the mean acceptance to reach */
  constructor(private readonly target: number) {}

  /** Begins anew from a step size. */
  restart(stepSize: number): void {
    this.#mu = Math.log(10 * stepSize);
    this.#log = Math.log(stepSize);
    this.#count = this.#error = this.#logMean = 0;
  }

  /** Takes in the acceptance of a step. */
  update(acceptance: number): void {
    const count = ++this.#count, share = 1 / (count + T0);
    this.#error = (1 - share) * this.#error + share * (this.target - acceptance);
    this.#log = this.#mu - this.#error * Math.sqrt(count) / GAMMA;
    const weight = count ** -KAPPA;
    this.#logMean = weight * this.#log + (1 - weight) * this.#logMean;
  }

  /** The step size to try next. */
  get stepSize(): number {
    return Math.exp(this.#log);
  }

  /** The step size to stay with: the mean of those tried, the later ones counting more. */
  get mean(): number {
    return this.#count === 0 ? this.stepSize : Math.exp(this.#logMean);
  }

  /** The state, to go on from later. */
  get state(): DualAveragingState {
    return {
      mu: this.#mu,
      count: this.#count,
      error: this.#error,
      log: this.#log,
      logMean: this.#logMean,
    };
  }

  /** Goes on from a state. */
  set state({ mu, count, error, log, logMean }: DualAveragingState) {
    [this.#mu, this.#count, this.#error, this.#log, this.#logMean] = [mu, count, error, log, logMean];
  }
}
