/** A running estimate of a covariance, in the form that a metric's inverse has. */
export interface Estimator {
  /** The number of draws taken in. */
  readonly count: number;
  /** Takes in a draw. */
  add(draw: Float64Array): void;
  /** Returns the estimate, drawn towards a small multiple of the identity as Stan does. */
  estimate(): Float64Array;
  /** Forgets all draws. */
  reset(): void;
  /** Its numbers, to be copied: the count aside. */
  readonly memory: Float64Array;
  /** Goes on from a count and numbers. */
  restore(count: number, memory: Float64Array): void;
}

/** Stan's prior for a covariance: five draws' worth of 1e-3 times the identity. */
export const shrink = (n: number): { factor: number; ridge: number } => ({
  factor: n / (n + 5),
  ridge: 1e-3 * (5 / (n + 5)),
});

/** Running sums over draws, which an estimate is made of. */
export abstract class RunningSums implements Estimator {
  count = 0;
  readonly memory: Float64Array;

  /** @param length the number of sums */
  constructor(length: number) {
    this.memory = new Float64Array(length);
  }

  abstract add(draw: Float64Array): void;
  abstract estimate(): Float64Array;

  /** Forgets all draws. */
  reset(): void {
    this.count = 0;
    this.memory.fill(0);
  }

  /** Goes on from a count and numbers. */
  restore(count: number, memory: Float64Array): void {
    this.count = count;
    this.memory.set(memory);
  }
}

/** The variances of draws, by Welford's running sums (1962): means, then sums of squares. */
export class VarianceEstimator extends RunningSums {
  /** @param size the length of a draw */
  constructor(private readonly size: number) {
    super(2 * size);
  }

  /** Takes in a draw. */
  add(draw: Float64Array): void {
    const { memory, size } = this, share = 1 / ++this.count;
    for (let i = 0; i < size; i++) {
      const distance = draw[i] - memory[i];
      memory[i] += distance * share;
      memory[size + i] += distance * (draw[i] - memory[i]);
    }
  }

  /** Returns the variances, shrunk. */
  estimate(): Float64Array {
    const { memory, size, count } = this, { factor, ridge } = shrink(count);
    return Float64Array.from({ length: size }, (_, i) => factor * memory[size + i] / (count - 1) + ridge);
  }
}
