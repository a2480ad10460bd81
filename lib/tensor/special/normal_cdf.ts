import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { erfc, erfcxAbove1 } from "./erf.ts";
import { erfinv } from "./erfinv.ts";
import { halfLogTwoPi } from "./asymptotic.ts";

/** Computes the standard normal distribution function, to all digits below. SciPy's `ndtr`. */
export function normalCdf(x: Tensor): Tensor {
  return erfc(x.mul(constant(-Math.SQRT1_2))).mul(constant(0.5));
}

/** Computes the logarithm of `normalCdf` (SciPy's `log_ndtr`), which does not underflow. */
export const logNormalCdf: (x: Tensor) => Tensor = primitive({
  name: "logNormalCdf",
  forward(x) {
    const a = x.mul(constant(-Math.SQRT1_2));
    const inTail = a.greater(constant(1));
    const tail = erfcxAbove1(a).mul(constant(0.5)).log().sub(tf.where(inTail, a, constant(0)).square());
    return tf.where(inTail, tail, erfc(tf.minimum(a, constant(1))).mul(constant(0.5)).log());
  },
  vjp: (cotangent, output, x) => [
    cotangent.mul(x.square().mul(constant(-0.5)).sub(output).sub(constant(halfLogTwoPi)).exp()),
  ],
});

/** Computes the inverse of `normalCdf`: the quantile function of the standard normal. */
export function normalIcdf(p: Tensor): Tensor {
  return erfinv(p.mul(constant(2)).sub(constant(1))).mul(constant(Math.SQRT2));
}
