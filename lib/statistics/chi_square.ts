/** Returns the log of the gamma function at half of a positive integer. */
function logGammaHalf(n: number): number {
  let sum = n % 2 ? Math.log(Math.PI) / 2 : 0;
  for (let k = n - 2; k > 0; k -= 2) sum += Math.log(k / 2);
  return sum;
}

/**
 * Returns the probability that a chi-square number is above `x`.
 *
 * @param degrees the degrees of freedom, a positive integer
 */
export function chiSquareTail(x: number, degrees: number): number {
  if (!(x > 0)) return x <= 0 ? 1 : NaN;
  const half = x / 2, scale = (k: number) => Math.exp(k / 2 * Math.log(half) - half - logGammaHalf(k + 2));
  // The probability of at most x is a sum of such terms, two degrees apart, without end.
  let sum = 0;
  for (let k = degrees, term = scale(k); term > 1e-17 * sum; k += 2) {
    sum += term;
    term *= half / (k / 2 + 1);
    if (sum === 0) break;
  }
  return Math.max(0, 1 - sum);
}
