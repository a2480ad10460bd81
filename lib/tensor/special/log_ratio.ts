import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { log1p } from "./log1p.ts";
import { sumToShape } from "./sum_to_shape.ts";

/** log(x / y) for positive arguments that broadcast, with all digits where they are close. */
export const logRatio: (x: Tensor, y: Tensor) => Tensor = primitive({
  name: "logRatio",
  forward(x, y) {
    const difference = x.sub(y).div(y);
    const isClose = difference.abs().less(constant(0.5));
    return tf.where(isClose, log1p(difference), x.div(y).log());
  },
  vjp: (cotangent, _output, x, y) => [
    sumToShape(cotangent.div(x), x.shape),
    sumToShape(cotangent.div(y).neg(), y.shape),
  ],
});
