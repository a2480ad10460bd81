import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { activeTracer } from "../tracer.ts";
import { log1p } from "./logarithms.ts";
import { sumToShape } from "./sums.ts";

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
  forward(logits, value) {
    const rest = activeTracer() ? tf.softplus(logits.abs().neg()) : softplusOfMinusAbs(logits);
    return logits.relu().sub(logits.mul(value)).add(rest);
  },
  vjp: (cotangent, _output, logits, value) => [
    sumToShape(cotangent.mul(logits.sigmoid().sub(value)), logits.shape),
    sumToShape(cotangent.mul(logits).neg(), value.shape),
  ],
});

/**
 * Computes the log probability of values 0 and 1 by their logits, of any size: of infinite ones it
 * is 0 or -Infinity. Other values have no meaning; for those between 0 and 1 there is
 * `sigmoidCrossEntropy`. It is differentiated as if it were linear in the value.
 */
export const bernoulliLogProb: (logits: Tensor, value: Tensor) => Tensor = primitive({
  name: "bernoulliLogProb",
  forward(logits, value) {
    if (logits.size < value.size) {
      // Both sides of each logit, not one of each value; NaN stays NaN.
      const failed = tf.where(value.equal(constant(0)), softplus(logits).neg(), value);
      return tf.where(value.equal(constant(1)), softplus(logits.neg()).neg(), failed);
    }
    const signed = signOf(value).mul(logits);
    if (activeTracer()) return tf.softplus(signed.neg()).neg();
    return tf.minimum(signed, constant(0)).sub(softplusOfMinusAbs(signed));
  },
  vjp(cotangent, _output, logits, value) {
    const sign = signOf(value), slope = sign.mul(sign.mul(logits).neg().sigmoid());
    return [sumToShape(cotangent.mul(slope), logits.shape), sumToShape(cotangent.mul(logits), value.shape)];
  },
});

/**
 * Computes the log probability of values 0 and 1 by the probability of a 1, which may be sure: the
 * side that did not come up has no part in it or in its derivative. Other values have no meaning.
 * It is differentiated as if it were linear in the value.
 */
export const bernoulliProbsLogProb: (probs: Tensor, value: Tensor) => Tensor = primitive({
  name: "bernoulliProbsLogProb",
  forward(probs, value) {
    // A logarithm for each parameter, not for each value; NaN stays NaN.
    const failed = tf.where(value.equal(constant(0)), log1p(probs.neg()), value);
    return tf.where(value.equal(constant(1)), probs.log(), failed);
  },
  vjp(cotangent, _output, probs, value) {
    const part = (outcome: number, p: Tensor) => {
      const all = tf.where(value.equal(constant(outcome)), cotangent, constant(0));
      const sum = sumToShape(all, probs.shape), isNone = sum.equal(constant(0));
      return sum.div(tf.where(isNone, constant(1), p));
    };
    const byProbs = part(1, probs).sub(part(0, constant(1).sub(probs)));
    return [byProbs, sumToShape(cotangent.mul(logit(probs)), value.shape)];
  },
});

const signOf = (value: Tensor): Tensor => value.mul(constant(2)).sub(constant(1));

/** log(1 + exp(-|x|)), as log1p, whose guards are not needed for arguments in [0, 1]. */
function softplusOfMinusAbs(x: Tensor): Tensor {
  const small = x.abs().neg().exp();
  const sum = small.add(constant(1));
  return sum.log().add(small.sub(sum.sub(constant(1))).div(sum));
}
