import type { HostArray } from "../../tensor/mod.ts";

/** A pivot that is smaller than this part of its diagonal element is rounding of float32. */
const ROUNDING = 2 ** -22;

/**
 * Returns the lower Cholesky factor of the inverse of a symmetric matrix `[n, n]`, of which the
 * upper triangle is read; undefined where the matrix is not positive definite. In float64 and on
 * plain numbers, as a graph of it has 10 nodes for each row.
 */
export function inverseFactor({ data, shape: [n] }: HostArray): HostArray | undefined {
  // The matrix is U U^T with U upper triangular, so the factor is the inverse of U^T.
  const u = new Float64Array(n * n), inverse = new Float64Array(n * n);
  for (let j = n - 1; j >= 0; j--) {
    for (let i = j; i >= 0; i--) {
      let rest = data[i * n + j];
      for (let k = j + 1; k < n; k++) rest -= u[i * n + k] * u[j * n + k];
      if (i === j && !(rest > ROUNDING * data[j * n + j])) return undefined;
      u[i * n + j] = i === j ? Math.sqrt(rest) : rest / u[j * n + j];
    }
  }
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let rest = i === j ? 1 : 0;
      for (let k = j; k < i; k++) rest -= u[k * n + i] * inverse[k * n + j];
      inverse[i * n + j] = rest / u[i * n + i];
    }
  }
  return { data: inverse, shape: [n, n] };
}
