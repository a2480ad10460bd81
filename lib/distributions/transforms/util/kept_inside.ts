import { constant, primitive, type Tensor, tf } from "../../../tensor/mod.ts";

/** The smallest float32 that has all its digits: reciprocals of smaller ones are infinite. */
const SMALLEST = 2 ** -126;
/** The float32 next to 1. */
const BELOW_ONE = 1 - 2 ** -24;

const above0 = (y: Tensor): Tensor => y.maximum(constant(SMALLEST));

/**
 * Computes 1 / (1 + exp(-x)) inside of 0 and 1, also where rounding makes it one of them, as torch
 * and NumPyro do. The derivative is that of what it gives: a log density that has no bound at 0 or
 * 1 keeps its slope beyond, where theirs is 0.
 */
export const openSigmoid: (x: Tensor) => Tensor = primitive({
  name: "open sigmoid",
  forward(x) {
    const y = above0(x.sigmoid());
    return tf.where(y.equal(constant(1)), constant(BELOW_ONE), y);
  },
  vjp: (cotangent, y) => [cotangent.mul(y).mul(constant(1).sub(y))],
});

/** Computes exp(x) above 0, also where rounding makes it 0. Its derivative is what it gives. */
export const positiveExp: (x: Tensor) => Tensor = primitive({
  name: "positive exp",
  forward: (x) => above0(x.exp()),
  vjp: (cotangent, y) => [cotangent.mul(y)],
});

/** Computes the softmax along the last axis, its parts above 0 likewise. */
export const openSoftmax: (x: Tensor) => Tensor = primitive({
  name: "open softmax",
  forward: (x) => above0(tf.softmax(x, -1)),
  vjp(cotangent, y) {
    const each = cotangent.mul(y);
    return [each.sub(y.mul(each.sum(-1, true)))];
  },
});
