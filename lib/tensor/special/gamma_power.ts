import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { log1pmxWithin } from "./log1pmx.ts";
import { logRatio } from "./logarithms.ts";
import { sumToShape } from "./sums.ts";

/** Up to here the terms of the definition lose few digits, 6e-6 at most, which is faster. */
const SMALL = 30;

/**
 * Computes (a - 1) log(x / a) - (x - a) for positive x and a, which broadcast: the log density of a
 * gamma distribution of rate 1 and concentration a at x, less that at a. Its terms do not cancel
 * where x and a are close, nor where the ratio is beyond the range of floats; it takes one
 * logarithm.
 */
export const gammaPower: (x: Tensor, a: Tensor) => Tensor = primitive({
  name: "gammaPower",
  forward(x, a) {
    const one = constant(1), power = (log: Tensor) => a.sub(one).mul(log);
    const difference = x.sub(a), relative = difference.div(a);
    const isClose = relative.abs().lessEqual(constant(0.5)), ratio = x.div(a);
    const isFar = ratio.equal(constant(0)).logicalOr(ratio.equal(constant(Infinity)));
    const far = tf.where(isFar, x, ratio).log().sub(tf.where(isFar, a.log(), constant(0)));
    // log(1 + r) is r and the rest of its series.
    const near = log1pmxWithin(tf.where(isClose, relative, constant(0)));
    const exact = power(tf.where(isClose, near, far)).sub(tf.where(isClose, relative, difference));
    if (a.size >= x.size) return exact;
    const plain = power(x.log().sub(a.log())).sub(difference);
    return tf.where(a.lessEqual(constant(SMALL)), plain, exact);
  },
  vjp: (cotangent, _output, x, a) => [
    sumToShape(cotangent.mul(a.sub(x).sub(constant(1)).div(x)), x.shape),
    sumToShape(cotangent.mul(logRatio(x, a).add(a.reciprocal())), a.shape),
  ],
});
