import type { Tensor, TensorLike } from "../tensor/mod.ts";
import { substitute } from "./handlers/substitute.ts";
import { trace } from "./handlers/trace.ts";
import type { AnyFunction } from "./runtime.ts";
import type { Trace } from "./trace.ts";

/**
 * The joint log density of a model at given values of its latent sites and parameters, as NumPyro's `log_density`.
 *
 * @param values the (constrained) values by name; a latent site without one is drawn, which needs `seed`
 * @returns the log density, a scalar, and the trace it is the sum over
 */
export function logDensity<F extends AnyFunction>(
  model: F,
  args: Parameters<F>,
  values: Record<string, TensorLike | undefined>,
): { logDensity: Tensor; trace: Trace } {
  const run = trace(substitute(model, { data: values })).get(...args);
  return { logDensity: run.logProbSum(), trace: run };
}
