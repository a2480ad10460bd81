import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";

/**
 * log(1 + x), accurate near 0: the logarithm of the rounded sum plus a first-order correction for
 * what rounding lost. -Infinity at -1, NaN below.
 */
export const log1p: (x: Tensor) => Tensor = primitive({
  name: "log1p",
  forward(x) {
    const sum = x.add(constant(1));
    const correction = x.sub(sum.sub(constant(1))).div(sum);
    // 0/0 at -1 and the difference of infinities at Infinity are not less than 1.
    return sum.log().add(tf.where(correction.less(constant(1)), correction, constant(0)));
  },
  vjp: (cotangent, _output, x) => [cotangent.div(x.add(constant(1)))],
});
