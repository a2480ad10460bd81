import { isTracing } from "../compile/mod.ts";
import { withoutValidation } from "../distributions/mod.ts";
import { type Key, random } from "../tensor/mod.ts";
import { isolated } from "./runtime.ts";

/** Returns a key for draws that do not count: in a graph zeros, which are no noise; eagerly any. */
export const dryKey = (): Key => isTracing() ? new random.ZeroKey() : random.key(0);

/**
 * Looks at a model without running it in earnest: its sites, shapes and plates count, its values do
 * not. `body` runs hidden from all active handlers, without validation, and in a graph its draws
 * are zeros, so that all it computes is dead code.
 *
 * @param body is given the key to draw with
 * @returns the result of `body`
 *
 * @example The plates of a model
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { dryRun, maxPlateNesting, plate, sample, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import assert from "node:assert/strict";
 *
 * function model() {
 *   using _data = plate("data", 4);
 *   return sample("x", new Normal(0, 1));
 * }
 * assert.equal(dryRun((key) => maxPlateNesting(trace(seed(model, key)).get())), 1);
 * ```
 */
export function dryRun<T>(body: (key: Key) => T): T {
  return isolated(() => withoutValidation(() => body(dryKey())));
}
