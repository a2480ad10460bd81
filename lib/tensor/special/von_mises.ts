import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { besselRatioComplement, logI0e } from "./bessel.ts";
import { normalIcdf } from "./normal_icdf.ts";
import { placesUpTo, tailCut } from "./places.ts";
import { sumToShape } from "./sums.ts";
import { sideOf, type Tails } from "./tails.ts";

const zero = () => constant(0), one = () => constant(1), half = () => constant(0.5);
const sineOfHalf = (angle: Tensor): Tensor => angle.mul(half()).sin();

/** The log density of an angle. */
const logDensityAt = (kappa: Tensor, x: Tensor): Tensor =>
  kappa.mul(sineOfHalf(x).square()).mul(constant(-2)).sub(logI0e(kappa)).sub(constant(Math.log(2 * Math.PI)));

/** The tails of angles around 0, from -pi to pi: the nearer end is that of the angle's own side. */
function vonMisesTails(kappa: Tensor, x: Tensor): Tails {
  const size = x.abs(), fallen = sineOfHalf(size).square().add(constant(tailCut / 2).div(kappa));
  const end = tf.minimum(fallen, one()).sqrt().asin().mul(constant(2));
  const { r, integrate } = placesUpTo(tf.maximum(end.sub(size), zero())), t = size.add(r);
  const growth = sineOfHalf(t.add(size)).mul(sineOfHalf(r)).mul(kappa).mul(constant(-2)).exp();
  const area = integrate(growth), isNone = area.equal(zero()), logDensity = logDensityAt(kappa, x);
  const rise = besselRatioComplement(kappa).sub(sineOfHalf(t).square().mul(constant(2)));
  const slope = integrate(growth.mul(rise)).div(tf.where(isNone, one(), area));
  return {
    log: logDensity.add(area.log()),
    isUpper: x.greaterEqual(zero()),
    slopes: [slope],
    logDensity,
  };
}

/**
 * Computes the distribution function of von Mises angles around 0, for x from -pi to pi and a
 * concentration kappa > 0.
 */
export const vonMisesCdf: (kappa: Tensor, x: Tensor) => Tensor = sideOf(
  "vonMisesCdf",
  vonMisesTails,
  "lower",
);

/** Computes the logarithm of `vonMisesCdf`. */
export const logVonMisesCdf: (kappa: Tensor, x: Tensor) => Tensor = sideOf(
  "logVonMisesCdf",
  vonMisesTails,
  "lower",
  true,
);

/** Newton's steps. */
const STEPS = 9;

/** Computes the inverse of `vonMisesCdf` in x, from -pi to pi. */
export const vonMisesQuantile: (kappa: Tensor, p: Tensor) => Tensor = primitive({
  name: "vonMisesQuantile",
  forward(kappa, p) {
    const isLow = p.less(half()), goal = tf.maximum(tf.where(isLow, p, one().sub(p)), constant(2 ** -126));
    // That of a normal for the sine of the half angle; it lies between those of two uniform
    // densities.
    const bent = normalIcdf(goal).neg().mul(half()).div(kappa.add(half()).sqrt()), log = goal.log();
    const normal = tf.minimum(bent, one()).asin().mul(constant(2)), pi = constant(Math.PI);
    const least = tf.maximum(pi.sub(goal.mul(logDensityAt(kappa, pi).neg().exp())), zero());
    const most = half().sub(goal).mul(constant(2 * Math.PI));
    const between = (x: Tensor) => tf.maximum(tf.minimum(x, most), least);
    let x = between(normal);
    for (let i = 0; i < STEPS; i++) {
      const { log: found, logDensity } = vonMisesTails(kappa, x);
      const next = x.add(found.sub(log).mul(found.sub(logDensity).exp()));
      x = between(tf.where(next.isNaN(), x, next));
    }
    const isEnd = p.equal(zero()).logicalOr(p.equal(one())), size = tf.where(isEnd, constant(Math.PI), x);
    return tf.where(isLow, size.neg(), size);
  },
  vjp(cotangent, output, kappa, p) {
    const { log, isUpper, slopes: [slope], logDensity } = vonMisesTails(kappa, output);
    const move = log.sub(logDensity).exp().mul(slope);
    return [
      sumToShape(cotangent.mul(tf.where(isUpper, move, move.neg())), kappa.shape),
      sumToShape(cotangent.mul(logDensity.neg().exp()), p.shape),
    ];
  },
});
