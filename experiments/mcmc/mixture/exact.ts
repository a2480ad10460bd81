import type { Moments } from "@pyrosaur/pyrosaur/statistics";
import { POINTS } from "./model.ts";

/** Facts on the posterior of the mixture, known without a draw. */
export interface Exact {
  /** Mean and standard deviation of the scale. */
  readonly scale: Moments;
  /** The probability that the first two points are together, and the last three apart from them. */
  readonly pairAndTriple: number;
}

const PRIOR_SD = 10, PRIOR_SCALE = 2, CONCENTRATION = 0.5, STEPS = 4000;

/** The log density of points around one location that has its prior, at a scale. */
function logAround(points: readonly number[], scale: number): number {
  const n = points.length, v = scale ** 2, w = PRIOR_SD ** 2, sum = points.reduce((a, b) => a + b, 0);
  const squares = points.reduce((a, b) => a + b * b, 0);
  return -n * Math.log(scale) - 0.5 * Math.log1p(n * w / v) - 0.5 * (squares - sum ** 2 / (n + v / w)) / v;
}

/** The log of the rising factorial, the prior of assignments up to a constant. */
const logRising = (count: number): number =>
  Array.from({ length: count }, (_, i) => Math.log(CONCENTRATION + i)).reduce((a, b) => a + b, 0);

/**
 * Integrates the posterior: weights and locations in closed form for each of the 32 assignments,
 * the scale by the midpoint rule over its logarithm.
 */
export function exact(): Exact {
  let total = 0, first = 0, second = 0, together = 0;
  const n = POINTS.length;
  for (let assignment = 0; assignment < 2 ** n; assignment++) {
    const groups = [0, 1].map((c) => POINTS.filter((_, i) => (assignment >> i & 1) === c));
    const prior = groups.reduce((sum, { length }) => sum + logRising(length), 0);
    // Bit i is the component of point i.
    const isPairAndTriple = assignment === 0b11100 || assignment === 0b00011;
    for (let i = 0; i < STEPS; i++) {
      const log = 16 * ((i + 0.5) / STEPS - 0.5), scale = Math.exp(log);
      const likelihood = groups.reduce((sum, points) => sum + logAround(points, scale), 0);
      const weight = Math.exp(prior + likelihood - 0.5 * (log / PRIOR_SCALE) ** 2);
      total += weight;
      first += weight * scale;
      second += weight * scale ** 2;
      if (isPairAndTriple) together += weight;
    }
  }
  const mean = first / total;
  return { scale: { mean, sd: Math.sqrt(second / total - mean ** 2) }, pairAndTriple: together / total };
}
