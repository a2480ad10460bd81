/**
 * Returns at most `most` of some values, in their order and evenly spaced from the first on: all of
 * them where they are no more.
 *
 * @example
 * ```ts
 * import { evenlySpaced } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(evenlySpaced([0, 1, 2, 3, 4, 5, 6], 3), [0, 3, 6]);
 * ```
 */
export function evenlySpaced(values: ArrayLike<number>, most: number): number[] {
  const stride = Math.ceil(values.length / most);
  return Array.from({ length: Math.ceil(values.length / stride) || 0 }, (_, i) => values[i * stride]);
}
