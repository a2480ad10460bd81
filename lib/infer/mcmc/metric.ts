/** A mass matrix, by its inverse: an estimate of the posterior's covariance. */
export interface Metric {
  /** The numbers of the inverse, to be read: its diagonal, or all of it row by row. */
  readonly inverse: Float64Array;
  /** Takes another inverse. Throws where it is not positive definite. */
  set(inverse: Float64Array): void;
  /** Writes the inverse times a momentum, which is the velocity. */
  velocity(momentum: Float64Array, out: Float64Array): void;
  /** Turns standard normals into a momentum, a normal with the mass matrix for its covariance. */
  momentum(normals: Float64Array): void;
}

/** A diagonal mass matrix. */
export class DiagonalMetric implements Metric {
  readonly inverse: Float64Array;
  readonly #scale: Float64Array;

  /** Begins with the identity. */
  constructor(size: number) {
    this.inverse = new Float64Array(size).fill(1);
    this.#scale = new Float64Array(size).fill(1);
  }

  /** Takes another inverse. Throws where it is not positive. */
  set(inverse: Float64Array): void {
    const bad = inverse.findIndex((x) => !(x > 0 && x < Infinity));
    if (bad >= 0) {
      throw new Error(
        `Cannot use the inverse mass matrix: found ${
          inverse[bad]
        } at ${bad} of its diagonal, expected finite ` +
          "numbers above 0",
      );
    }
    this.inverse.set(inverse);
    for (let i = 0; i < inverse.length; i++) this.#scale[i] = 1 / Math.sqrt(inverse[i]);
  }

  /** Writes the velocity of a momentum. */
  velocity(momentum: Float64Array, out: Float64Array): void {
    const { inverse } = this;
    for (let i = 0; i < inverse.length; i++) out[i] = inverse[i] * momentum[i];
  }

  /** Turns standard normals into a momentum. */
  momentum(normals: Float64Array): void {
    const scale = this.#scale;
    for (let i = 0; i < scale.length; i++) normals[i] *= scale[i];
  }
}
