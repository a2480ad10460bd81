import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { expm1 } from "./expm1.ts";
import { log1p } from "./log1p.ts";

/**
 * log(1 - exp(x)) for x <= 0: -Infinity at 0, NaN above. Two forms on either side of -log 2 keep
 * all digits (Mächler, "Accurately computing log(1 - exp(-|a|))", 2012).
 */
export const log1mexp: (x: Tensor) => Tensor = primitive({
  name: "log1mexp",
  forward(x) {
    const near = expm1(x).neg().log();
    const far = log1p(x.exp().neg());
    return tf.where(x.greater(constant(-Math.LN2)), near, far);
  },
  vjp: (cotangent, _output, x) => [cotangent.div(expm1(x.neg())).neg()],
});
