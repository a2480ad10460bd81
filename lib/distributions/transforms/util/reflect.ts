import type { Tensor } from "../../../tensor/mod.ts";

/**
 * Reflects vectors `[..., D]` in the planes through 0 whose normals are the rows of `u [..., K,
 * D]`, the first row first, or backwards, the last one first.
 */
export function reflect(x: Tensor, u: Tensor, backwards = false): Tensor {
  const norm = u.square().sum(-1, true).sqrt(), unit = u.div(norm).unstack(u.rank - 2) as Tensor[];
  if (backwards) unit.reverse();
  return unit.reduce((v, n) => v.sub(v.mul(n).sum(-1, true).mul(n).mul(2)), x);
}
