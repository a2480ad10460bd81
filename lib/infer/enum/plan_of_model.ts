import { isTracing, trace as traceGraph } from "../../compile/mod.ts";
import { type AnyFunction, checkArguments, dryRun, enumerate, seed, trace } from "../../ppl/mod.ts";
import { checkOptions } from "../../system/mod.ts";
import type { EliminationPlan } from "./elimination_plan.ts";
import { eliminateAll, enumerationOptionNames, type EnumerationOptions, firstDim } from "./log_density.ts";

/**
 * Plans the elimination of the enumerated sites of a model, and computes nothing: the order in
 * which they are summed out, the tables that takes, and their memory, as opt_einsum's
 * `contract_path` says of a sum of products.
 *
 * @returns the plan, which `console.log` shows as a table; members of plates and steps of loops
 * whose number is not known count as one
 * @throws Error where a site cannot be enumerated, or a table is larger than one array may be.
 *
 * @example A chain of a hundred steps and twenty states
 * ```ts
 * import { Categorical, configEnumerate, eliminationPlan } from "@pyrosaur/pyrosaur";
 * import { sample, scan, vindex } from "@pyrosaur/pyrosaur";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const moves = tf.fill([20, 20], 1 / 20);
 * const step = (z: Tensor): [Tensor, null] => [
 *   sample("z", new Categorical(vindex(moves, [z, null]))),
 *   null,
 * ];
 * const model = configEnumerate(() => scan(step, tf.scalar(0, "int32"), null, { length: 100 }));
 * const { numbers, largest } = eliminationPlan(model, []);
 * // Each step sums a table over its state and the one before, not over all 20^100 paths.
 * assert.deepEqual([numbers, largest?.numbers, largest?.times], [40_000, 400, 100]);
 * ```
 */
export function eliminationPlan<F extends AnyFunction>(
  model: F,
  args: Parameters<F>,
  options?: EnumerationOptions,
): EliminationPlan {
  checkOptions("plan an elimination", options, enumerationOptionNames);
  checkArguments("plan an elimination", args);
  let plan: EliminationPlan | undefined;
  // In a graph, which nobody runs, no table takes memory.
  const look = (): [] => {
    const dim = options?.firstAvailableDim ?? firstDim([model], args);
    plan = dryRun((key) => {
      const run = trace(enumerate(seed(model, key), { firstAvailableDim: dim })).get(...args);
      return eliminateAll(run).elimination.plan;
    });
    return [];
  };
  if (isTracing()) look();
  else traceGraph(look, []);
  return plan!;
}
