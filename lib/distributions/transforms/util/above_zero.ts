import { constant, primitive, type Tensor, tf } from "../../../tensor/mod.ts";

/** The smallest float32 that has all its digits: reciprocals of smaller ones are infinite. */
const SMALLEST = 2 ** -126;

const above0 = (y: Tensor): Tensor => y.maximum(constant(SMALLEST));

/**
 * Computes 1 / (1 + exp(-x)) above 0, also where rounding makes it 0. The derivative is that of
 * what it gives: a log density that has no bound at 0 keeps its slope beyond, where torch's and
 * NumPyro's is 0.
 */
export const positiveSigmoid: (x: Tensor) => Tensor = primitive({
  name: "positive sigmoid",
  forward: (x) => above0(x.sigmoid()),
  vjp: (cotangent, y) => [cotangent.mul(y).mul(constant(1).sub(y))],
});

/** Computes exp(x) above 0, also where rounding makes it 0. Its derivative is what it gives. */
export const positiveExp: (x: Tensor) => Tensor = primitive({
  name: "positive exp",
  forward: (x) => above0(x.exp()),
  vjp: (cotangent, y) => [cotangent.mul(y)],
});

/** Computes the softmax along the last axis, its parts above 0 likewise. */
export const positiveSoftmax: (x: Tensor) => Tensor = primitive({
  name: "positive softmax",
  forward: (x) => above0(tf.softmax(x, -1)),
  vjp(cotangent, y) {
    const each = cotangent.mul(y);
    return [each.sub(y.mul(each.sum(-1, true)))];
  },
});
