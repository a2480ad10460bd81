/** Reference formulas in double precision for the tests of the samplers. */

/** log Gamma(x) for x > 0: Stirling's series after the recurrence. */
export function lgamma(x: number): number {
  let shift = 0;
  for (; x < 15; x++) shift -= Math.log(x);
  const r = 1 / x, r2 = r * r;
  const series = r * (1 / 12 - r2 * (1 / 360 - r2 * (1 / 1260 - r2 * (1 / 1680 - r2 / 1188))));
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

/** The distribution function of Gamma(a, 1) and its complement, each without cancellation on its side of the mean. */
export function gammaCdf(a: number, x: number): { lower: number; upper: number } {
  const front = Math.exp(a * Math.log(x) - x - lgamma(a));
  if (x < a + 1) {
    let sum = 1 / a, term = sum;
    for (let n = 1; term > sum * 1e-17; n++) sum += term *= x / (a + n);
    return { lower: front * sum, upper: 1 - front * sum };
  }
  // Lentz's evaluation of the continued fraction of the upper integral.
  let b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
  for (let i = 1; i < 10000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return { lower: 1 - front * h, upper: front * h };
}

/** The standard normal's distribution function, by way of the gamma function's. */
export function normalCdf(x: number): number {
  if (Math.abs(x) === Infinity) return x > 0 ? 1 : 0;
  const tail = x === 0 ? 1 : gammaCdf(0.5, x * x / 2).upper;
  return x < 0 ? tail / 2 : 1 - tail / 2;
}

/** d log(z) / d a of a Gamma(a, 1) variate at a fixed place in the distribution, by central differences. */
export function gammaLogSlope(a: number, z: number): number {
  const side = z < a ? "lower" : "upper", h = a * 1e-3;
  const at = (k: number): number => gammaCdf(a + k * h, z)[side] * (side === "lower" ? 1 : -1);
  const slope = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
  return -slope / Math.exp(a * Math.log(z) - z - lgamma(a));
}

/** The Kolmogorov-Smirnov statistic times the root of the sample size: above 1.95 once in 1000 fitting samples. */
export function kolmogorovSmirnov(values: ArrayLike<number>, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort(), n = sorted.length;
  let distance = 0;
  sorted.forEach((x, i) => {
    const f = cdf(x);
    distance = Math.max(distance, f - i / n, (i + 1) / n - f);
  });
  return distance * Math.sqrt(n);
}

/** The mean and the variance of a sample. */
export function moments(values: ArrayLike<number>): { mean: number; variance: number } {
  const n = values.length, mean = Array.from(values).reduce((s, v) => s + v, 0) / n;
  return { mean, variance: Array.from(values).reduce((s, v) => s + (v - mean) ** 2, 0) / (n - 1) };
}
