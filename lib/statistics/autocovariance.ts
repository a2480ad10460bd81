import { mean } from "./moments.ts";

/** Replaces complex numbers by their discrete Fourier transform; their count is a power of 2. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j], real[i]];
      [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
    }
  }
  for (let length = 2; length <= n; length *= 2) {
    const half = length / 2;
    for (let k = 0; k < half; k++) {
      const angle = -2 * Math.PI * k / length, c = Math.cos(angle), s = Math.sin(angle);
      for (let i = k; i < n; i += length) {
        const j = i + half, x = real[j] * c - imaginary[j] * s, y = real[j] * s + imaginary[j] * c;
        real[j] = real[i] - x;
        imaginary[j] = imaginary[i] - y;
        real[i] += x;
        imaginary[i] += y;
      }
    }
  }
}

/**
 * Returns the autocovariances of a chain at all lags from 0 on, each a sum over the pairs there
 * are, divided by the number of draws: as NumPyro and ArviZ estimate them.
 *
 * @example An alternating chain
 * ```ts
 * import { autocovariance } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * const found = [...autocovariance([1, -1, 1, -1])].map((x) => Math.round(1e9 * x) / 1e9);
 * assert.deepEqual(found, [1, -0.75, 0.5, -0.25]);
 * ```
 */
export function autocovariance(values: ArrayLike<number>): Float64Array {
  const n = values.length, middle = mean(values);
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * n)));
  const real = new Float64Array(size), imaginary = new Float64Array(size);
  for (let i = 0; i < n; i++) real[i] = values[i] - middle;
  transform(real, imaginary);
  for (let i = 0; i < size; i++) {
    real[i] = real[i] * real[i] + imaginary[i] * imaginary[i];
    imaginary[i] = 0;
  }
  // The transform of a power spectrum, which is real and even, is its inverse but for the size.
  transform(real, imaginary);
  return real.subarray(0, n).map((x) => x / (size * n));
}

/**
 * Returns the autocorrelations of a chain at all lags from 0 on, as NumPyro's `autocorrelation`;
 * NaN for a chain that does not vary.
 */
export function autocorrelation(values: ArrayLike<number>): Float64Array {
  const covariances = autocovariance(values), [first] = covariances;
  return covariances.map((x) => x / first);
}
