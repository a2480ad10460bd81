import type { Values } from "../../lib/plot/mod.ts";
import { moments } from "./moments.ts";

/** A density at points of equal distance. */
export interface SmoothDensity {
  /** The points. */
  readonly x: number[];
  /** The density there. */
  readonly density: number[];
}

/**
 * The density of draws, smoothed with a Gaussian kernel of Scott's bandwidth, at 80 points: a
 * figure of many thousand draws is then as small as one of few.
 */
export function smoothDensity(values: Values, points: number = 80): SmoothDensity {
  const n = values.length, { mean, sd } = moments(values);
  if (!(sd > 0)) throw new Error(`Cannot smooth a density: the ${n} draws do not vary`);
  const bandwidth = 1.06 * sd * n ** -0.2, reach = 4 * sd, step = 2 * reach / (points - 1);
  const x = Array.from({ length: points }, (_, i) => mean - reach + i * step),
    density = new Array<number>(points).fill(0);
  const radius = Math.ceil(4 * bandwidth / step);
  for (let k = 0; k < n; k++) {
    const at = Math.round((values[k] - mean + reach) / step);
    for (let i = Math.max(0, at - radius); i <= Math.min(points - 1, at + radius); i++) {
      density[i] += Math.exp(-0.5 * ((x[i] - values[k]) / bandwidth) ** 2);
    }
  }
  const total = n * bandwidth * Math.sqrt(2 * Math.PI);
  return { x, density: density.map((d) => d / total) };
}
