import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { sumToShape } from "./sum_to_shape.ts";

/** x log(y), and 0 where x is 0 whatever y is. The arguments broadcast. */
export const xlogy: (x: Tensor, y: Tensor) => Tensor = primitive({
  name: "xlogy",
  forward(x, y) {
    return x.mul(tf.where(x.equal(constant(0)), constant(1), y).log());
  },
  vjp(cotangent, _output, x, y) {
    const ratio = x.div(tf.where(x.equal(constant(0)), constant(1), y));
    return [sumToShape(cotangent.mul(y.log()), x.shape), sumToShape(cotangent.mul(ratio), y.shape)];
  },
});
