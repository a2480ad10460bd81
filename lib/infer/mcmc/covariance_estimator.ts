import { RunningSums, shrink } from "./welford.ts";

/** The covariance of draws, by running sums: the means, then the sums of products. */
export class CovarianceEstimator extends RunningSums {
  readonly #distance: Float64Array;

  /** @param size the length of a draw */
  constructor(private readonly size: number) {
    super(size + size * size);
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
}
