import { constant, flatten, isTensor, mapTree, type Tensor, tf } from "../../tensor/mod.ts";
import { checkSettings, fromRule, type Optimiser, ruleOf, type Tensors } from "./optimiser.ts";

function transformed(name: string, inner: Optimiser, transform: (grads: Tensors) => Tensors): Optimiser {
  const rule = ruleOf(inner);
  return fromRule(`${name}(${inner.name ?? "optimiser"})`, {
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
  return transformed("clipByGlobalNorm", optimiser, (grads) => {
    const factor = tf.minimum(constant(maxNorm).div(globalNorm(grads).add(constant(1e-6))), constant(1));
    return mapTree(grads, isTensor, (g: Tensor) => g.mul(factor));
  });
}

/** Limits each number of the gradients to the magnitude `limit`. */
export function clipByValue(limit: number, optimiser: Optimiser): Optimiser {
  checkSettings("clipByValue", { limit: [limit, 0] });
  return transformed(
    "clipByValue",
    optimiser,
    (grads) => mapTree(grads, isTensor, (g: Tensor) => tf.clipByValue(g, -limit, limit)),
  );
}
