import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { activeTracer } from "../tracer.ts";

/** log(1 + exp(x)) without overflow above and without underflow to 0 below. */
export const softplus: (x: Tensor) => Tensor = primitive({
  name: "softplus",
  forward(x) {
    // Engines compute it to the last digit in one node; tfjs's own kernel loses digits for negative
    // x.
    if (activeTracer()) return tf.softplus(x);
    // As log1p, whose guards are not needed for arguments in [0, 1].
    const small = x.abs().neg().exp();
    const sum = small.add(constant(1));
    const correction = small.sub(sum.sub(constant(1))).div(sum);
    return sum.log().add(correction).add(x.relu());
  },
  vjp: (cotangent, _output, x) => [cotangent.mul(x.sigmoid())],
});
