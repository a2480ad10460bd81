import { betaProbability } from "./beta_quantile.ts";
import { standardCdf } from "./normal.ts";

/**
 * Returns the probability that a number of Student's t distribution is above `t`.
 *
 * @param degrees the degrees of freedom, at least 1; Infinity: the normal distribution
 *
 * @example The tail of a t distribution is heavier than the normal one
 * ```ts
 * import { studentTail } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert(Math.abs(studentTail(2.228, 10) - 0.025) < 1e-5);
 * assert(Math.abs(studentTail(1.96, Infinity) - 0.025) < 1e-5);
 * ```
 */
export function studentTail(t: number, degrees: number): number {
  if (Number.isNaN(t) || !(degrees >= 1)) return NaN;
  if (degrees === Infinity) return standardCdf(-t);
  const half = t === 0 ? 0.5 : betaProbability(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t < 0 ? 1 - half : half;
}
