import { type Estimator, shrink } from "./welford.ts";

/** The covariance of draws, by running sums. */
export class CovarianceEstimator implements Estimator {
  count = 0;
  /** The means, then the sums of products. */
  readonly memory: Float64Array;
  readonly #distance: Float64Array;

  /** @param size the length of a draw */
  constructor(private readonly size: number) {
    this.memory = new Float64Array(size + size * size);
    this.#distance = new Float64Array(size);
  }

  /** Takes in a draw. */
  add(draw: Float64Array): void {
    const { memory, size } = this, distance = this.#distance, share = 1 / ++this.count;
    for (let i = 0; i < size; i++) {
      distance[i] = draw[i] - memory[i];
      memory[i] += distance[i] * share;
    }
    for (let i = 0, at = size; i < size; i++) {
      const after = draw[i] - memory[i];
      for (let j = 0; j < size; j++) memory[at++] += after * distance[j];
    }
  }

  /** Returns the covariance, shrunk. */
  estimate(): Float64Array {
    const { memory, size, count } = this, { factor, ridge } = shrink(count);
    const result = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        // Rounding leaves it slightly asymmetric.
        const sum = (memory[size + i * size + j] + memory[size + j * size + i]) / 2;
        result[i * size + j] = factor * sum / (count - 1) + (i === j ? ridge : 0);
      }
    }
    return result;
  }

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
