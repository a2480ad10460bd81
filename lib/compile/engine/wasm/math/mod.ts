/**
 * Functions of vectors, to 2 units in the last place in float32, 4e-16 in float64 (tan: 3, 6e-16;
 * tanh where sums of products are rounded twice: 4.2e-16).
 *
 * @module
 */
import { exp, expm1, sigmoid, tanh } from "./exponential.ts";
import { divergence, log, log1p, softplus } from "./logarithm.ts";
import { cos, sin, tan } from "./trigonometric.ts";

/** The functions by name. */
export const functions = { exp, expm1, tanh, sigmoid, log, log1p, softplus, sin, cos, tan };

/** x / y - 1 - log(x / y) in float32, whose float64 has the operations of other engines. */
export { divergence };
