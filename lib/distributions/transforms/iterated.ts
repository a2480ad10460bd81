import { ComposeTransform } from "./compose.ts";
import type { Transform } from "./transform.ts";

/**
 * Several transforms made alike, one after the other, as Pyro's `iterated`. A function may give
 * more than one for each turn: a flow and the permutation behind it.
 *
 * @param repeats how many turns
 * @param make makes the transform, or the transforms, of a turn, from its number
 * @throws Error where `repeats` is no positive integer.
 *
 * @example Two flows, the variables turned round between them
 * ```ts
 * import { iterated, Permute, Planar } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const flow = iterated(2, (i) => [new Planar(0.1 * i, [1, 2], [0.5, -1]), new Permute([1, 0])]);
 * assert.equal(flow.parts.length, 4);
 * assert.deepEqual(flow.forward(tf.ones([5, 2])).shape, [5, 2]);
 * ```
 */
export function iterated(
  repeats: number,
  make: (turn: number) => Transform | readonly Transform[],
): ComposeTransform {
  if (!(Number.isSafeInteger(repeats) && repeats > 0)) {
    throw new Error(`Cannot iterate transforms: repeats is ${repeats}, expected a positive integer`);
  }
  return new ComposeTransform(Array.from({ length: repeats }, (_, turn) => make(turn)).flat());
}
