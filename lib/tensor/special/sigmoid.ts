import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { activeTracer } from "../tracer.ts";
import { log1p } from "./logarithms.ts";
import { sumToShape } from "./sum_to_shape.ts";

/** Computes log(p / (1 - p)), the inverse of the sigmoid: -Infinity at 0, Infinity at 1. */
export function logit(p: Tensor): Tensor {
  return p.log().sub(log1p(p.neg()));
}

/** Computes log(1 / (1 + exp(-x))), stable on both sides. */
export function logSigmoid(x: Tensor): Tensor {
  return softplus(x.neg()).neg();
}

/** Computes log(1 + exp(x)) without overflow above and without underflow to 0 below. */
export const softplus: (x: Tensor) => Tensor = primitive({
  name: "softplus",
  // Engines compute it to the last digit in one node; tfjs's own kernel loses digits below 0.
  forward: (x) => activeTracer() ? tf.softplus(x) : softplusOfMinusAbs(x).add(x.relu()),
  vjp: (cotangent, _output, x) => [cotangent.mul(x.sigmoid())],
});

/**
 * Computes -(v log s + (1 - v) log(1 - s)) with s the sigmoid of the logits: minus the log
 * probability of a Bernoulli value v, stable for logits of any size. The arguments broadcast.
 */
export const sigmoidCrossEntropy: (logits: Tensor, value: Tensor) => Tensor = primitive({
  name: "sigmoidCrossEntropy",
  // The large parts, max(l, 0) and l v, cancel exactly for v = 1.
  forward: (logits, value) => logits.relu().sub(logits.mul(value)).add(softplusOfMinusAbs(logits)),
  vjp: (cotangent, _output, logits, value) => [
    sumToShape(cotangent.mul(logits.sigmoid().sub(value)), logits.shape),
    sumToShape(cotangent.mul(logits).neg(), value.shape),
  ],
});

/** log(1 + exp(-|x|)), as log1p, whose guards are not needed for arguments in [0, 1]. */
function softplusOfMinusAbs(x: Tensor): Tensor {
  const small = x.abs().neg().exp();
  const sum = small.add(constant(1));
  return sum.log().add(small.sub(sum.sub(constant(1))).div(sum));
}
