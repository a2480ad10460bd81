import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { log1pmxWithin } from "./log1pmx.ts";
import { logRatio } from "./logarithms.ts";
import { sumToShape } from "./sum_to_shape.ts";

/**
 * Computes (a - 1) log(x / a) - (x - a) for positive x and a, which broadcast: the log density of a
 * gamma distribution of rate 1 and concentration a at x, less that at a. Its terms do not cancel
 * where x and a are close, nor where the ratio is beyond the range of floats; it takes one
 * logarithm.
 */
export const gammaPower: (x: Tensor, a: Tensor) => Tensor = primitive({
  name: "gammaPower",
  forward(x, a) {
    const difference = x.sub(a), relative = difference.div(a);
    const isClose = relative.abs().lessEqual(constant(0.5)), ratio = x.div(a);
    const isFar = ratio.equal(constant(0)).logicalOr(ratio.equal(constant(Infinity)));
    const far = tf.where(isFar, x, ratio).log().sub(tf.where(isFar, a.log(), constant(0)));
    // log(1 + r) is r and the rest of its series.
    const near = log1pmxWithin(tf.where(isClose, relative, constant(0)));
    const power = a.sub(constant(1)).mul(tf.where(isClose, near, far));
    return power.sub(tf.where(isClose, relative, difference));
  },
  vjp: (cotangent, _output, x, a) => [
    sumToShape(cotangent.mul(a.sub(x).sub(constant(1)).div(x)), x.shape),
    sumToShape(cotangent.mul(logRatio(x, a).add(a.reciprocal())), a.shape),
  ],
});
