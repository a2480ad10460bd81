import { constant, flatten, isTensor, mapTree, type Tensor, tf } from "../../tensor/mod.ts";
import { checkSettings, fromRule, type Optimiser, ruleOf, type Tensors } from "./optimiser.ts";

/**
 * Changes the gradients before an optimiser sees them: a function from a tree of tensors to a tree
 * of the same structure. In `SVI` the parameters that are updated alike lie end to end in one
 * vector; `Objective` has them by name.
 *
 * @param transform the change, such as noise or a limit of one's own
 * @param name the name that messages show (default "transformGradients")
 *
 * @example Gradient ascent
 * ```ts
 * import { sgd, transformGradients } from "@pyrosaur/pyrosaur";
 * import { isTensor, mapTree, type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const negative = (grads: unknown) => mapTree(grads, isTensor, (g: Tensor) => g.neg());
 * const ascent = transformGradients(negative, sgd({ lr: 1 })), at = { x: tf.scalar(1) };
 * const [{ x }] = ascent.update({ x: tf.scalar(2) }, ascent.init(at), at);
 * assert.equal(x.dataSync()[0], 3);
 * ```
 */
export function transformGradients(
  transform: (grads: Tensors) => Tensors,
  optimiser: Optimiser,
  name = "transformGradients",
): Optimiser {
  const rule = ruleOf(optimiser);
  return fromRule(`${name}(${optimiser.name ?? "optimiser"})`, {
    ...rule,
    init: (params) => rule.init(params),
    apply: (grads, slots, params, scalars) => rule.apply(transform(grads), slots, params, scalars),
  });
}

/** Returns the Euclidean norm of all numbers of a tree. */
export function globalNorm(tree: Tensors): Tensor {
  const squares = flatten(tree, isTensor).leaves.map((leaf) => leaf.square().sum());
  return (squares.length === 0 ? constant(0) : squares.reduce((a, b) => a.add(b))).sqrt();
}

/** Scales all gradients down to a norm of at most `maxNorm`, as torch's `clip_grad_norm_`. */
export function clipByGlobalNorm(maxNorm: number, optimiser: Optimiser): Optimiser {
  checkSettings("clipByGlobalNorm", { maxNorm: [maxNorm, 0] });
  return transformGradients(
    (grads) => {
      const factor = tf.minimum(constant(maxNorm).div(globalNorm(grads).add(constant(1e-6))), constant(1));
      return mapTree(grads, isTensor, (g: Tensor) => g.mul(factor));
    },
    optimiser,
    "clipByGlobalNorm",
  );
}

/** Limits each number of the gradients to the magnitude `limit`. */
export function clipByValue(limit: number, optimiser: Optimiser): Optimiser {
  checkSettings("clipByValue", { limit: [limit, 0] });
  return transformGradients(
    (grads) => mapTree(grads, isTensor, (g: Tensor) => tf.clipByValue(g, -limit, limit)),
    optimiser,
    "clipByValue",
  );
}
