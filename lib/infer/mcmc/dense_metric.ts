import type { Metric } from "./metric.ts";

/** A mass matrix with all correlations. */
export class DenseMetric implements Metric {
  readonly inverse: Float64Array;
  /** The Cholesky factor of the inverse. */
  readonly #factor: Float64Array;

  /** Begins with the identity. */
  constructor(private readonly size: number) {
    this.inverse = new Float64Array(size * size);
    this.#factor = new Float64Array(size * size);
    for (let i = 0; i < size; i++) this.inverse[i * size + i] = this.#factor[i * size + i] = 1;
  }

  /** Takes another inverse. Throws where it is not positive definite. */
  set(inverse: Float64Array): void {
    const { size } = this, factor = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        let rest = inverse[i * size + j];
        for (let k = 0; k < j; k++) rest -= factor[i * size + k] * factor[j * size + k];
        if (i !== j) factor[i * size + j] = rest / factor[j * size + j];
        else if (rest > 0 && rest < Infinity) factor[i * size + i] = Math.sqrt(rest);
        else {
          throw new Error(
            "Cannot use the inverse mass matrix: it is not positive definite (found at row " +
              `${i}); give one that is, or let the warm-up find it`,
          );
        }
      }
    }
    this.inverse.set(inverse);
    this.#factor.set(factor);
  }

  /** Writes the velocity of a momentum. */
  velocity(momentum: Float64Array, out: Float64Array): void {
    const { size, inverse } = this;
    for (let i = 0, at = 0; i < size; i++, at += size) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += inverse[at + j] * momentum[j];
      out[i] = sum;
    }
  }

  /** Turns standard normals into a momentum: the solution of the transposed factor's equations. */
  momentum(normals: Float64Array): void {
    const { size } = this, factor = this.#factor;
    for (let i = size - 1; i >= 0; i--) {
      const own = normals[i] /= factor[i * size + i];
      for (let j = 0; j < i; j++) normals[j] -= factor[i * size + j] * own;
    }
  }
}
