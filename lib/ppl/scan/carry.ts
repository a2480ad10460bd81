import { broadcastTo } from "../../distributions/mod.ts";
import {
  flatten,
  isTensor,
  sameShape,
  type Tensor,
  tryBroadcastShapes,
  unflatten,
} from "../../tensor/mod.ts";

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
  const broadcast = first.leaves.map((leaf, i) => {
    const { shape } = after.leaves[i];
    return fits(leaf, after.leaves[i]) ? broadcastTo(leaf, shape) : leaf;
  });
  return unflatten(init, isTensor, broadcast);
}
