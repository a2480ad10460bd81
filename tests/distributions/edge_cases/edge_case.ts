import type { Distribution } from "../../../lib/distributions/mod.ts";
import type { Tensor } from "../../../lib/tensor/mod.ts";

/**
 * Densities within, on the edge of and outside their supports: the family, its parameters, the
 * points, the log density there, and its first and second derivatives in the value and in each
 * parameter (null: not looked at). A second derivative is that of the sum of the first.
 *
 * Log densities are SciPy 1.17.1's; it has NaN for Gamma and Poisson at infinity, where the limit is
 * meant. Derivatives are mpmath 1.3.0's, on the edge the limits from within.
 */
export type EdgeCase = readonly [
  make: (...parameters: Tensor[]) => Distribution,
  parameters: readonly any[],
  points: readonly any[],
  logDensity: readonly number[],
  first: readonly any[],
  second: readonly any[],
];
