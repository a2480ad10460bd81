import { constant, isTensor, mapTree, type Tensor, tf } from "../../tensor/mod.ts";
import type { Tensors, UpdateRule } from "./optimiser.ts";

/** The least positive normal number of each element type. */
const LEAST_NORMAL = { float32: 2 ** -126, float64: 2 ** -1022 } as const;

/**
 * Returns a rule whose parameters and memory have 0 in the place of subnormal numbers. The weights
 * of a unit that no longer answers decay towards 0, but stop among these; processors take a hundred
 * times as long for them, and a training slows down to a quarter without a sign of why.
 */
export function withoutSubnormals(rule: UpdateRule, dtype: "float32" | "float64"): UpdateRule {
  const least = LEAST_NORMAL[dtype];
  const settled = (tree: Tensors): Tensors =>
    mapTree(
      tree,
      isTensor,
      (x: Tensor) => x.dtype !== "float32" ? x : tf.where(x.abs().less(constant(least)), constant(0), x),
    );
  return {
    ...rule,
    apply(grads, slots, params, scalars) {
      const [next, after] = rule.apply(grads, slots, params, scalars);
      return [settled(next), settled(after)];
    },
  };
}
