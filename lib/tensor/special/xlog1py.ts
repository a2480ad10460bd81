import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { log1p } from "./log1p.ts";
import { sumToShape } from "./sum_to_shape.ts";

/** x log(1 + y), and 0 where x is 0 whatever y is. The arguments broadcast. */
export const xlog1py: (x: Tensor, y: Tensor) => Tensor = primitive({
  name: "xlog1py",
  forward(x, y) {
    return x.mul(log1p(tf.where(x.equal(constant(0)), constant(0), y)));
  },
  vjp(cotangent, _output, x, y) {
    const ratio = x.div(tf.where(x.equal(constant(0)), constant(0), y).add(constant(1)));
    return [sumToShape(cotangent.mul(log1p(y)), x.shape), sumToShape(cotangent.mul(ratio), y.shape)];
  },
});
