import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { erf, erfcxAbove1, erfcxExcess } from "./erf.ts";
import { log1p } from "./logarithms.ts";

/** exp(-x^2 / 2), from the square of x itself: that of a rounded multiple would lose digits. */
const exponential = (x: Tensor): Tensor => x.square().mul(constant(-0.5)).exp();

/** Computes the density of the standard normal. */
export const normalDensity: (x: Tensor) => Tensor = primitive({
  name: "normalDensity",
  forward: (x) => exponential(x).mul(constant(1 / Math.sqrt(2 * Math.PI))),
  // Infinite x count 0, not Infinity times 0.
  vjp: (cotangent, output, x) => [
    cotangent.mul(tf.where(output.equal(constant(0)), constant(0), x).mul(output)).neg(),
  ],
});

/**
 * Computes the standard normal distribution function, with all its digits in the lower tail down to
 * where numbers end. SciPy's `ndtr`. The survival function 1 - `normalCdf`(x) is `normalCdf`(-x),
 * which keeps its digits in the upper tail.
 */
export const normalCdf: (x: Tensor) => Tensor = primitive({
  name: "normalCdf",
  forward(x) {
    const scaled = x.mul(constant(Math.SQRT1_2)), size = scaled.abs(), half = constant(0.5);
    const tail = exponential(x).mul(erfcxAbove1(size)).mul(half);
    const outer = tf.where(x.less(constant(0)), tail, constant(1).sub(tail));
    return tf.where(size.lessEqual(constant(1)), erf(scaled).mul(half).add(half), outer);
  },
  vjp: (cotangent, _output, x) => [cotangent.mul(normalDensity(x))],
});

/** The lower tail, where functions are written with exp(a^2) erfc(a) for a = -x / sqrt(2) > 1. */
function lowerTail(x: Tensor): { isTail: Tensor; a: Tensor } {
  const a = x.mul(constant(-Math.SQRT1_2)), isTail = a.greater(constant(1));
  return { isTail, a: tf.where(isTail, a, constant(1)) };
}

/**
 * Computes the logarithm of `normalCdf` (SciPy's `log_ndtr`), which does not underflow, and keeps
 * its digits in both tails, as do its first and second derivative.
 */
export const logNormalCdf: (x: Tensor) => Tensor = primitive({
  name: "logNormalCdf",
  forward(x) {
    const { isTail, a } = lowerTail(x), inner = tf.where(isTail, constant(0), x);
    const tail = erfcxAbove1(a).mul(constant(0.5)).log().sub(x.square().mul(constant(0.5)));
    return tf.where(isTail, tail, log1p(normalCdf(inner.neg()).neg()));
  },
  vjp: (cotangent, _output, x) => [cotangent.mul(inverseMills(x))],
});

/**
 * Computes density / distribution function of the standard normal, the derivative of
 * `logNormalCdf`: the inverse Mills ratio, and at -x the hazard rate at x.
 */
export const inverseMills: (x: Tensor) => Tensor = primitive({
  name: "inverseMills",
  forward(x) {
    const { isTail, a } = lowerTail(x), inner = tf.where(isTail, constant(0), x);
    const tail = constant(Math.sqrt(2 / Math.PI)).div(erfcxAbove1(a));
    return tf.where(isTail, tail, normalDensity(inner).div(normalCdf(inner)));
  },
  vjp(cotangent, output, x) {
    // It is -m (x + m), where x + m cancels in the tail: with the excess g of a, m is sqrt(2) a /
    // (1 - g) and x + m is g m. Beyond 1e18, g would underflow.
    const { isTail, a } = lowerTail(x), far = tf.minimum(a, constant(1e18)), excess = erfcxExcess(far);
    const tail = far.div(constant(1).sub(excess)).square().mul(excess).mul(constant(-2));
    const m = tf.where(isTail, constant(0), output);
    const inner = m.mul(tf.where(m.equal(constant(0)), constant(0), x).add(m)).neg();
    return [cotangent.mul(tf.where(isTail, tail, inner))];
  },
});
