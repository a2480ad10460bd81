import type { Tensor } from "../tensor/mod.ts";
import { checkArguments } from "./check_arguments.ts";
import { substitute } from "./handlers/substitute.ts";
import { trace } from "./handlers/trace.ts";
import { checkNamed, type NamedValues } from "./named_values.ts";
import type { AnyFunction } from "./runtime.ts";
import type { Trace } from "./trace.ts";

/**
 * Computes the joint log density of a model at given values of its latent sites and parameters, as
 * NumPyro's `log_density`.
 *
 * @param values the (constrained) values by name; a latent site without one is drawn, which needs
 * `seed`
 * @throws Error for a value whose name no site has.
 * @returns the log density, a scalar, and the trace it is the sum over
 *
 * @example Prior and likelihood at a value
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { logDensity, sample } from "@pyrosaur/pyrosaur/ppl";
 * import assert from "node:assert/strict";
 *
 * const x = () => sample("x", new Normal(0, 1));
 * const model = (y: number) => sample("y", new Normal(x(), 1), { obs: y });
 * const { logDensity: density } = logDensity(model, [2], { x: 1 });
 * assert(Math.abs(density.dataSync()[0] - (-1 - Math.log(2 * Math.PI))) < 1e-6);
 * ```
 */
export function logDensity<F extends AnyFunction>(
  model: F,
  args: Parameters<F>,
  values: NamedValues,
): { logDensity: Tensor; trace: Trace } {
  checkArguments("compute the log density", args);
  const run = trace(substitute(model, { data: values })).get(...args);
  checkNamed("compute the log density", values, run.sites);
  return { logDensity: run.logProbSum(), trace: run };
}
