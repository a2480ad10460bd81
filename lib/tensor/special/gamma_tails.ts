import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";
import { halfLogTwoPi } from "./asymptotic.ts";
import { digamma } from "./digamma.ts";
import { digammaCorrection, lgammaCorrection } from "./gamma_correction.ts";
import { itakuraSaito } from "./itakura_saito.ts";
import { lgamma } from "./lgamma.ts";
import { expm1, log1p } from "./logarithms.ts";
import { placesUpTo, tailCut } from "./places.ts";
import { polynomial } from "./sums.ts";
import type { Tails } from "./tails.ts";

const zero = () => constant(0), one = () => constant(1), half = () => constant(0.5);

/** Below it, tails are those of a power. */
const EDGE = 2;

/** The coefficients 1 / (n + 2)! of the power series. */
const powers = Array.from({ length: 12 }, (_, n) => {
  let factorial = 1;
  for (let k = 2; k <= n + 2; k++) factorial *= k;
  return 1 / factorial;
});

/** Computes exp(x) - 1 - x, which is x^2 / 2 near 0, with all its digits there. */
export function expm1mx(x: Tensor): Tensor {
  const isNear = x.abs().lessEqual(constant(0.5)), near = tf.where(isNear, x, constant(0));
  const far = tf.where(isNear, constant(0), x);
  return tf.where(isNear, near.square().mul(polynomial(near, powers)), far.exp().sub(constant(1)).sub(far));
}

/** Returns the logarithm of x times the density of a gamma variate with concentration a. */
const logKernel = (a: Tensor, x: Tensor): Tensor =>
  a.log().mul(half()).sub(a.mul(itakuraSaito(x, a))).sub(constant(halfLogTwoPi)).sub(lgammaCorrection(a));

/** The tails at values from EDGE on, by the logarithm of the value as the variable. */
function beyondEdge(a: Tensor, x: Tensor): { log: Tensor; isUpper: Tensor; slope: Tensor } {
  const isUpper = x.greaterEqual(a), sign = tf.where(isUpper, one(), constant(-1));
  const distance = a.sub(x), steep = distance.abs(), bend = steep.mul(constant(2)).sub(constant(tailCut));
  const up = steep.add(steep.square().add(x.mul(constant(2 * tailCut))).sqrt());
  const down = bend.add(bend.square().add(a.mul(constant(8 * tailCut))).sqrt()).mul(half());
  const { r, integrate } = placesUpTo(constant(2 * tailCut).div(tf.where(isUpper, up, down)));
  const y = r.mul(sign), growth = distance.mul(y).sub(x.mul(expm1mx(y))).exp();
  const area = integrate(growth);
  // log x - digamma(a), where both are large.
  const level = x.div(a).log().add(half().div(a)).sub(digammaCorrection(a));
  return {
    log: logKernel(a, x).add(area.log()),
    isUpper,
    slope: level.add(integrate(growth.mul(y)).div(area)),
  };
}

/** The lower tail at values up to EDGE: that of a power, less a correction. */
function upToEdge(a: Tensor, x: Tensor): { log: Tensor; slope: Tensor } {
  const next = a.add(one()), { r, integrate } = placesUpTo(constant(tailCut).div(next).add(x.mul(zero())));
  const fall = a.mul(r).neg().exp().mul(expm1(x.mul(r.neg().exp()).neg()));
  const rest = a.mul(integrate(fall)), move = integrate(fall).sub(a.mul(integrate(fall.mul(r))));
  const isZero = x.equal(zero()), log = tf.where(isZero, one(), x).log();
  const power = a.mul(log).sub(lgamma(next)).add(log1p(rest));
  return {
    log: tf.where(isZero, constant(-Infinity), power),
    slope: log.sub(digamma(next)).add(move.div(one().add(rest))),
  };
}

/** The tails of a gamma variate with concentration a. */
export function gammaTails(a: Tensor, x: Tensor): Tails {
  const edge = constant(EDGE), isEdge = x.less(edge);
  const far = beyondEdge(a, tf.clipByValue(x, EDGE, 1e17)), near = upToEdge(a, tf.minimum(x, edge));
  const isEnd = x.equal(zero()), inner = tf.where(isEnd, constant(2 ** -126), x);
  const isInfinite = x.equal(constant(Infinity)), finite = tf.where(isInfinite, one(), inner);
  return {
    log: tf.where(isInfinite, constant(-Infinity), tf.where(isEdge, near.log, far.log)),
    isUpper: x.greaterEqual(edge).logicalAnd(far.isUpper.logicalOr(isInfinite)),
    slopes: [tf.where(isEdge, near.slope, far.slope)],
    logDensity: tf.where(isInfinite, constant(-Infinity), logKernel(a, finite).sub(finite.log())),
  };
}
