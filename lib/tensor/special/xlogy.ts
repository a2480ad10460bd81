import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { log1p } from "./logarithms.ts";
import { sumToShape } from "./sums.ts";

/** Computes x log(y), and 0 where x is 0 whatever y is. The arguments broadcast. */
export const xlogy: (x: Tensor, y: Tensor) => Tensor = primitive({
  name: "xlogy",
  forward: (x, y) => unlessNone(x, y.log()),
  vjp(cotangent, _output, x, y) {
    const ratio = x.div(unless0(x, y, 1));
    return [sumToShape(cotangent.mul(y.log()), x.shape), sumToShape(cotangent.mul(ratio), y.shape)];
  },
});

/**
 * Computes x log(y) where y is 0, and 0 elsewhere: the part of `xlogy` that a density which takes
 * the logarithm of positive values alone lacks. The arguments broadcast.
 */
export const xlog0: (x: Tensor, y: Tensor) => Tensor = primitive({
  name: "xlog0",
  forward(x, y) {
    const isNone = x.equal(constant(0)), infinite = tf.where(isNone, x, x.mul(constant(-Infinity)));
    return tf.where(y.equal(constant(0)), infinite, constant(0));
  },
  vjp(cotangent, _output, x, y) {
    const place = tf.where(y.equal(constant(0)), y, constant(1));
    const ratio = tf.where(y.equal(constant(0)), x.div(unless0(x, place, 1)), constant(0));
    return [sumToShape(cotangent.mul(place.log()), x.shape), sumToShape(cotangent.mul(ratio), y.shape)];
  },
});

/** Computes x log(1 + y), and 0 where x is 0 whatever y is. The arguments broadcast. */
export const xlog1py: (x: Tensor, y: Tensor) => Tensor = primitive({
  name: "xlog1py",
  forward: (x, y) => unlessNone(x, log1p(y)),
  vjp(cotangent, _output, x, y) {
    const ratio = x.div(unless0(x, y, 0).add(constant(1)));
    return [sumToShape(cotangent.mul(log1p(y)), x.shape), sumToShape(cotangent.mul(ratio), y.shape)];
  },
});

/** Multiplies, with 0 where x is 0: a logarithm is computed for each y, not for each product. */
const unlessNone = (x: Tensor, log: Tensor): Tensor =>
  tf.where(x.equal(constant(0)), constant(0), x.mul(log));

/** Returns y, and where x is 0 a value whose logarithm is finite. */
function unless0(x: Tensor, y: Tensor, harmless: number): Tensor {
  return tf.where(x.equal(constant(0)), constant(harmless), y);
}
