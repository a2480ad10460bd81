import { broadcastTo } from "../../distributions/mod.ts";
import { flatten, isTensor, sameShape, tryBroadcastShapes, unflatten } from "../../tensor/mod.ts";

/**
 * Returns the first carry in the shapes that the step gives it, where it broadcasts to them: a
 * scalar 0 serves any batch. Returns `init` itself where nothing changes.
 */
export function broadcastCarry<C>(init: C, next: C): C {
  const first = flatten(init, isTensor), after = flatten(next, isTensor);
  if (first.structure !== after.structure) return init;
  const leaves = first.leaves.map((leaf, i) => {
    const { shape } = after.leaves[i], common = tryBroadcastShapes(leaf.shape, shape);
    const grows = common && sameShape(common, shape) && !sameShape(leaf.shape, shape);
    return grows ? broadcastTo(leaf, shape) : leaf;
  });
  return leaves.every((leaf, i) => leaf === first.leaves[i]) ? init : unflatten(init, isTensor, leaves);
}
