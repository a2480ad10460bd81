import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { lgamma } from "./lgamma.ts";
import { log1p } from "./logarithms.ts";
import { normalIcdf } from "./normal_icdf.ts";
import { sumToShape } from "./sums.ts";
import { sideOf } from "./tails.ts";
import { gammaTails } from "./gamma_tails.ts";

const zero = () => constant(0), one = () => constant(1), half = () => constant(0.5);

/**
 * Computes the regularised lower incomplete gamma function P(a, x) for a > 0 and x >= 0, the
 * distribution function of a gamma variate with concentration a; the arguments broadcast. To 1e-10
 * in float64. SciPy's `gammainc`.
 *
 * @example The distribution function of a chi-squared variate with 3 degrees of freedom
 * ```ts
 * import { special, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const [p] = special.gammainc(tf.scalar(1.5), tf.scalar(7.814728 / 2)).dataSync();
 * assert(Math.abs(p - 0.95) < 1e-5);
 * ```
 */
export const gammainc: (a: Tensor, x: Tensor) => Tensor = sideOf("gammainc", gammaTails, "lower");

/** Computes 1 - `gammainc`, which keeps its digits in the upper tail; SciPy's `gammaincc`. */
export const gammaincc: (a: Tensor, x: Tensor) => Tensor = sideOf("gammaincc", gammaTails, "upper");

/** Computes the logarithm of `gammainc`, with all digits in both tails. */
export const logGammainc: (a: Tensor, x: Tensor) => Tensor = sideOf("logGammainc", gammaTails, "lower", true);

/** Computes the logarithm of `gammaincc`, with all digits in both tails. */
export const logGammaincc: (a: Tensor, x: Tensor) => Tensor = sideOf(
  "logGammaincc",
  gammaTails,
  "upper",
  true,
);

/** Newton's steps: from the cubic normal approximation two would do. */
const STEPS = 6;

/** A first quantile: by Wilson and Hilferty, and where that comes near 0, by the power near 0. */
function firstQuantile(a: Tensor, logP: Tensor, z: Tensor): Tensor {
  const ninth = one().div(a.mul(constant(9)));
  const root = one().sub(ninth).add(z.mul(ninth.sqrt())), isFar = root.greater(constant(0.4));
  const power = logP.add(lgamma(a.add(one()))).div(a);
  return tf.where(isFar, a.log().add(tf.where(isFar, root, one()).log().mul(constant(3))), power).exp();
}

/** Makes the quantile function by the probability of a side. */
const inverseOf = (name: string, side: "lower" | "upper") =>
  primitive({
    name,
    forward(a, p) {
      const isInside = p.greater(zero()).logicalAnd(p.less(one())), inner = tf.where(isInside, p, half());
      const logs = [inner.log(), log1p(inner.neg())], z = normalIcdf(inner), isLower = side === "lower";
      const [logP, logQ] = isLower ? logs : logs.toReversed();
      let x = firstQuantile(a, logP, isLower ? z : z.neg());
      for (let i = 0; i < STEPS; i++) {
        // The logarithm of the lower side bends down as a function of log x, of the upper one of x.
        const at = tf.maximum(x, constant(2 ** -126)), { isUpper, log, logDensity } = gammaTails(a, at);
        const step = log.sub(tf.where(isUpper, logQ, logP)).mul(log.sub(logDensity).exp());
        const lower = at.mul(step.div(at).neg().exp()), least = at.mul(constant(0.1));
        // Where it is hardly a number, the first estimate is exact.
        const next = tf.where(isUpper, tf.maximum(at.add(step), least), lower);
        x = tf.where(x.less(constant(1e-30)), x, next);
      }
      const [none, all] = isLower ? [0, Infinity] : [Infinity, 0];
      const end = tf.where(p.equal(zero()), constant(none), constant(NaN));
      return tf.where(isInside, x, tf.where(p.equal(one()), constant(all), end));
    },
    vjp(cotangent, output, a, p) {
      const isInside = output.greater(zero()).logicalAnd(output.less(constant(Infinity)));
      const x = tf.where(isInside, output, one()), { slopes, isUpper, log, logDensity } = gammaTails(a, x);
      const by = log.sub(logDensity).exp().mul(slopes[0]), move = tf.where(isUpper, by, by.neg());
      const inside = (slope: Tensor, { shape }: Tensor) =>
        sumToShape(cotangent.mul(tf.where(isInside, slope, zero())), shape);
      const stretch = logDensity.neg().exp();
      return [inside(move, a), inside(side === "lower" ? stretch : stretch.neg(), p)];
    },
  });

/**
 * Computes the inverse of `gammainc` in x: the quantile function of a gamma variate with
 * concentration a. Infinity at 1, NaN beyond [0, 1]. SciPy's `gammaincinv`.
 */
export const gammaincinv: (a: Tensor, p: Tensor) => Tensor = inverseOf("gammaincinv", "lower");

/** Computes the inverse of `gammaincc` in x; SciPy's `gammainccinv`. */
export const gammainccinv: (a: Tensor, p: Tensor) => Tensor = inverseOf("gammainccinv", "upper");
