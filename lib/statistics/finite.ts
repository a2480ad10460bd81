/**
 * Returns the finite values among some, in their order: the runs that did not diverge, say.
 *
 * @example
 * ```ts
 * import { finite } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(finite([1, NaN, Infinity, 2]), [1, 2]);
 * ```
 */
export const finite = (values: ArrayLike<number>): number[] => Array.from(values).filter(Number.isFinite);
