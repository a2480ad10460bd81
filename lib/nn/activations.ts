import { constant, special, type Tensor, tf } from "../tensor/mod.ts";

/** A function of each element. */
export type ActivationFunction = (x: Tensor) => Tensor;

/** The names of the functions that layers apply to each element. */
export type ActivationName =
  | "relu"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "elu"
  | "gelu"
  | "silu"
  | "leakyRelu"
  | "identity";

/** A function of each element, or the name of one. */
export type Activation = ActivationName | ActivationFunction;

/**
 * Functions of each element by their names, with PyTorch's definitions: `elu` with alpha 1, `gelu`
 * by the normal distribution function itself, `leakyRelu` of slope 0.01.
 *
 * @example
 * ```ts
 * import { activations } from "@pyrosaur/pyrosaur/nn";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...activations.relu(tf.tensor([-1, 2])).dataSync()], [0, 2]);
 * ```
 */
export const activations: Readonly<Record<ActivationName, ActivationFunction>> = {
  relu: (x) => tf.relu(x),
  tanh: (x) => tf.tanh(x),
  sigmoid: (x) => tf.sigmoid(x),
  softplus: (x) => special.softplus(x),
  // The unused branch is kept at 0, where nothing overflows.
  elu: (x) => tf.where(x.greater(0), x, special.expm1(tf.where(x.greater(0), tf.zerosLike(x), x))),
  gelu: (x) => x.mul(constant(0.5)).mul(special.erf(x.mul(constant(Math.SQRT1_2))).add(1)),
  silu: (x) => x.mul(tf.sigmoid(x)),
  leakyRelu: (x) => tf.where(x.greater(0), x, x.mul(constant(0.01))),
  identity: (x) => x,
};

/**
 * Returns the function of a name; a function as it is.
 * @throws Error for an unknown name.
 */
export function activation(given: Activation): ActivationFunction {
  if (typeof given === "function") return given;
  if (!Object.hasOwn(activations, given)) {
    throw new Error(
      `Unknown activation "${given}": expected a function or one of ${Object.keys(activations).join(", ")}`,
    );
  }
  return activations[given];
}
