import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { log1p } from "./logarithms.ts";
import { sumToShape } from "./sums.ts";

/** The larger in size of x and y, and the smaller one divided by it. */
function ordered(x: Tensor, y: Tensor): { isFar: Tensor; large: Tensor; ratio: Tensor } {
  const isFar = x.abs().greater(y), large = tf.where(isFar, x, y);
  return { isFar, large, ratio: tf.where(isFar, y, x).div(large) };
}

/**
 * Computes log(1 + (x / y)^2) for y > 0, where neither the ratio nor its square may be beyond the
 * range of floats: the logarithm of heavy tails, far out and for any scale. The arguments
 * broadcast.
 */
export const log1pSquareRatio: (x: Tensor, y: Tensor) => Tensor = primitive({
  name: "log1pSquareRatio",
  forward(x, y) {
    const square = x.div(y).square(), isHuge = square.equal(constant(Infinity));
    // Beyond the range of floats 1 counts no more, and the root of the ratio has its logarithm.
    const root = x.abs().sqrt().div(y.sqrt());
    return log1p(tf.where(isHuge, root, square)).mul(tf.where(isHuge, constant(4), constant(1)));
  },
  vjp(cotangent, _output, x, y) {
    const { isFar, large, ratio } = ordered(x, y);
    // 2 / (large (1 + ratio^2)) times x / large and -x / y times x / large.
    const slope = cotangent.mul(constant(2)).div(ratio.square().add(constant(1)));
    const byX = slope.div(large).mul(tf.where(isFar, constant(1), ratio));
    const byY = slope.div(y).mul(tf.where(isFar, constant(1), ratio.square())).neg();
    return [sumToShape(byX, x.shape), sumToShape(byY, y.shape)];
  },
});
