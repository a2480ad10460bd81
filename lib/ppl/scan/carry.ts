import { broadcastTo, sameShape, tryBroadcastShapes } from "../../distributions/mod.ts";
import { flatten, mapTree, type Tensor, tf } from "../../tensor/mod.ts";

/** Whether a value is a tensor. */
export const isTensor = (value: unknown): value is Tensor => value instanceof tf.Tensor;

/** The first carry in the shapes that plates around the loop give it: a scalar 0 serves any batch. */
export function broadcastCarry<C>(init: C, next: C): C {
  const first = flatten(init, isTensor), after = flatten(next, isTensor);
  if (first.structure !== after.structure) return init;
  const fits = (a: Tensor, b: Tensor) => sameShape(tryBroadcastShapes(a.shape, b.shape) ?? [], b.shape);
  if (
    first.leaves.every((leaf, i) =>
      sameShape(leaf.shape, after.leaves[i].shape) || !fits(leaf, after.leaves[i])
    )
  ) return init;
  let at = 0;
  return mapTree(init, isTensor, (leaf) => {
    const like = after.leaves[at++];
    return fits(leaf, like) ? broadcastTo(leaf, like.shape) : leaf;
  });
}
