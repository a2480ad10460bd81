/**
 * Functions of vectors. Each states its largest error, in units in the last place (ulp) in float32,
 * relative in float64, at which tests hold it: 2 ulp at most and 4e-16.
 *
 * @module
 */
import { erf, erfc } from "./error.ts";
import { exp, expm1, sigmoid, tanh } from "./exponential.ts";
import { digamma, lgamma } from "./gamma.ts";
import { divergence, log, log1p, softplus } from "./logarithm.ts";
import { cos, sin, tan } from "./trigonometric.ts";

/** The functions by name. */
export const functions = {
  exp,
  expm1,
  tanh,
  sigmoid,
  log,
  log1p,
  softplus,
  sin,
  cos,
  tan,
  erf,
  erfc,
  lgamma,
  digamma,
};

/** x / y - 1 - log(x / y) in float32, whose float64 has the operations of other engines. */
export { divergence };
