/** Lanczos' coefficients for g = 7. */
const LANCZOS = [
  [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313],
  [-176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6],
  [1.5056327351493116e-7],
].flat();

/** Returns the log of the gamma function of a number of at least 0.5. */
function logGamma(x: number): number {
  const sum = LANCZOS.reduce((sum, c, i) => sum + (i === 0 ? c : c / (x - 1 + i))), t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Returns the continued fraction of the incomplete beta function (Lentz's method). */
function fraction(x: number, a: number, b: number): number {
  const small = 1e-300, away = (value: number) => Math.abs(value) < small ? small : value;
  let c = 1, d = 1 / away(1 - (a + b) * x / (a + 1)), value = d;
  for (let m = 1; m < 10_000; m++) {
    for (
      const term of [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ]
    ) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      value *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}

/** Returns the beta distribution's probability of values up to `x`. */
export function betaProbability(x: number, a: number, b: number): number {
  if (!(x > 0)) return x <= 0 ? 0 : NaN;
  if (x >= 1) return 1;
  const scale = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  return x < (a + 1) / (a + b + 2) ? scale * fraction(x, a, b) / a : 1 - scale * fraction(1 - x, b, a) / b;
}

/**
 * Returns the beta distribution's quantile of probability `p`, by bisection, to the last digit but
 * a few.
 *
 * @param a the first shape, at least 0.5
 * @param b the second one
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (![p, a, b].every(Number.isFinite)) return NaN;
  let low = 0, high = 1;
  for (let i = 0; i < 100 && high - low > 1e-16 * high; i++) {
    const middle = (low + high) / 2;
    if (betaProbability(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
