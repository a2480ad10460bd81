import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import type { Primitive } from "../tracer.ts";
import { atanhRest } from "./fits.ts";
import { log1p } from "./logarithms.ts";
import { polynomial } from "./sums.ts";

/** log(1 + x) - x near 0: log(1 + x) = 2 atanh(r) with r = x / (2 + x), and 2 r - x = -x r. */
function series(x: Tensor): Tensor {
  const r = x.div(x.add(constant(2))), square = r.square();
  return r.mul(square.mul(constant(2)).mul(polynomial(square, atanhRest)).sub(x));
}

const vjp: Primitive["vjp"] = (cotangent, _output, x) => [cotangent.mul(x.div(x.add(constant(1)))).neg()];

/**
 * Computes log(1 + x) - x, which is -x^2 / 2 near 0, with all its digits there. -Infinity at -1,
 * NaN below. R's and Boost's `log1pmx`.
 */
export const log1pmx: (x: Tensor) => Tensor = primitive({
  name: "log1pmx",
  forward(x) {
    const isNear = x.abs().lessEqual(constant(0.5));
    return tf.where(isNear, series(tf.where(isNear, x, constant(0))), log1p(x).sub(x));
  },
  vjp,
});

/** Computes `log1pmx` for |x| <= 1/2 alone, without a logarithm. */
export const log1pmxWithin: (x: Tensor) => Tensor = primitive({
  name: "log1pmxWithin",
  forward: series,
  vjp,
});

/**
 * Computes x / y - 1 - log(x / y) for positive x and y, with all digits where they are close: the
 * divergence of two exponentials, and the part of scales and counts in that of most families. It is
 * never negative.
 *
 * @param difference x - y, as exactly as the caller knows it
 */
export function ratioDivergence(difference: Tensor, x: Tensor, y: Tensor): Tensor {
  const relative = difference.div(y), isClose = relative.abs().lessEqual(constant(0.5));
  const near = log1pmxWithin(tf.where(isClose, relative, constant(0)));
  const ratio = tf.where(isClose, constant(1), x.div(y));
  // Not -near, which is -0 where both are equal.
  return tf.where(isClose, constant(0).sub(near), ratio.sub(constant(1)).sub(ratio.log()));
}
