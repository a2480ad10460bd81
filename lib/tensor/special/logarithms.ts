import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { activeTracer } from "../tracer.ts";
import { sumToShape } from "./sums.ts";

/**
 * Computes exp(x) - 1, accurate near 0: of tensors as tanh(x / 2) (exp(x) + 1), where nothing
 * cancels.
 */
export const expm1: (x: Tensor) => Tensor = primitive({
  name: "expm1",
  forward: (x) => activeTracer() ? tf.expm1(x) : x.mul(constant(0.5)).tanh().mul(x.exp().add(constant(1))),
  vjp: (cotangent, _output, x) => [cotangent.mul(x.exp())],
});

/**
 * Computes log(1 + x), accurate near 0: the logarithm of the rounded sum plus a first-order
 * correction for what rounding lost. -Infinity at -1, NaN below.
 */
export const log1p: (x: Tensor) => Tensor = primitive({
  name: "log1p",
  forward(x) {
    // Engines have it, each with all its digits: XLA would simplify the correction to 0.
    if (activeTracer()) return tf.log1p(x);
    const sum = x.add(constant(1));
    const correction = x.sub(sum.sub(constant(1))).div(sum);
    // 0/0 at -1 and the difference of infinities at Infinity are not less than 1.
    return sum.log().add(tf.where(correction.less(constant(1)), correction, constant(0)));
  },
  vjp: (cotangent, _output, x) => [cotangent.div(x.add(constant(1)))],
});

/**
 * Computes log(1 - exp(x)) for x <= 0: -Infinity at 0, NaN above. Two forms on either side of -log
 * 2 keep all digits (Mächler, "Accurately computing log(1 - exp(-|a|))", 2012).
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

/**
 * Computes log(1 - exp(-exp(x))), the logarithm of a probability by that of its hazard, with all
 * digits, also where exp(x) is below the range of floats.
 */
export const log1mexpexp: (x: Tensor) => Tensor = primitive({
  name: "log1mexpexp",
  forward(x) {
    // x - h / 2 + h^2 / 24 for the hazard h = exp(x).
    const isSmall = x.less(constant(-5)), hazard = x.exp();
    const small = x.sub(hazard.mul(constant(0.5).sub(hazard.mul(constant(1 / 24)))));
    return tf.where(isSmall, small, log1mexp(tf.where(isSmall, constant(-1), hazard.neg())));
  },
  vjp(cotangent, _output, x) {
    // h / (exp(h) - 1), which is 1 where h is no number but 0, and 0 where its exponential is none.
    const hazard = tf.maximum(tf.minimum(x, constant(80)), constant(-40)).exp();
    return [cotangent.mul(hazard.div(expm1(hazard)))];
  },
});

/**
 * Computes log(x / y) for positive x and y, which broadcast, with all digits if they are close, and
 * where the ratio is beyond the range of floats.
 */
export const logRatio: (x: Tensor, y: Tensor) => Tensor = primitive({
  name: "logRatio",
  forward(x, y) {
    // The excess over 1 of the ratio that is not below 1.
    const isBelow = x.less(y), least = tf.where(isBelow, x, y), excess = x.sub(y).abs().div(least);
    const isFar = excess.equal(constant(Infinity)), near = log1p(excess);
    return tf.where(isFar, x.log().sub(y.log()), tf.where(isBelow, near.neg(), near));
  },
  vjp: (cotangent, _output, x, y) => [
    sumToShape(cotangent.div(x), x.shape),
    sumToShape(cotangent.div(y).neg(), y.shape),
  ],
});
