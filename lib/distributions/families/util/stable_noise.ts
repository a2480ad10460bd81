import { constant, type Key, type Shape, type Tensor, tf } from "../../../tensor/mod.ts";
import { expm1 } from "../../../tensor/special/mod.ts";

const c = constant;

/** Returns one where |x| lies below a limit, computed there alone, and the other elsewhere. */
function near(
  x: Tensor,
  limit: number,
  within: (x: Tensor) => Tensor,
  beyond: (x: Tensor) => Tensor,
): Tensor {
  const isNear = x.abs().less(c(limit));
  return tf.where(isNear, within(x), beyond(tf.where(isNear, c(1), x)));
}

const series = (x: Tensor, coefficients: readonly number[]): Tensor =>
  coefficients.reduceRight((sum, a) => sum.mul(x).add(c(a)), c(0) as Tensor);

/** Returns sin(x) / x. */
const sinc = (x: Tensor): Tensor =>
  near(x, 0.05, (x) => series(x.square(), [1, -1 / 6, 1 / 120, -1 / 5040]), (x) => x.sin().div(x));

/** Returns x / tan(x). */
const overTan = (x: Tensor): Tensor =>
  near(x, 0.03, (x) => series(x.square(), [1, -1 / 3, -1 / 45, -2 / 945]), (x) => x.div(x.tan()));

/** Returns (exp(x) - 1) / x. */
const growth = (x: Tensor): Tensor =>
  near(x, 0.05, (x) => series(x, [1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720]), (x) => expm1(x).div(x));

/** The ends that uniform noise is kept from, where tails are infinite. */
const inside = (u: Tensor): Tensor => u.maximum(c(2 ** -25)).minimum(c(1 - 2 ** -24));

/** Returns sin(pi u) for u in [0, 1], with its digits at both ends. */
const sinePi = (u: Tensor): Tensor => u.minimum(c(1).sub(u)).mul(c(Math.PI)).sin();

/**
 * Returns standard stable numbers in Nolan's continuous form S0 from uniform noise u on (0, 1) and
 * exponential noise: the method of Chambers, Mallows and Stuck (1976), of which every term is
 * written so that it is regular in the stability, at 1 too.
 */
export function standardStable(
  uniform: Tensor,
  exponential: Tensor,
  stability: Tensor,
  skew: Tensor,
): Tensor {
  const u = inside(uniform), angle = u.sub(c(0.5)).mul(c(Math.PI)), cosine = sinePi(u);
  const e = c(1).sub(stability), half = angle.mul(c(0.5));
  // skew tan(pi stability / 2) = tau / e.
  const tau = skew.mul(overTan(e.mul(c(Math.PI / 2)))).mul(c(2 / Math.PI));
  const share = (u: Tensor, weight: Tensor) =>
    u.mul(weight).mul(sinc(e.mul(u).mul(c(Math.PI)))).div(sinc(e.mul(c(Math.PI / 2))));
  const numerator = share(u, c(1).add(skew)).add(share(c(1).sub(u), c(1).sub(skew)));
  const logZ = numerator.div(exponential.maximum(c(1e-30)).mul(cosine)).log().div(stability);
  const grown = growth(e.mul(logZ)).mul(logZ);
  const turned = stability.add(c(1)).mul(half).sin().mul(angle).mul(sinc(e.mul(half)));
  const slope = stability.mul(angle).sin().add(tau.mul(turned)).div(cosine);
  return e.mul(grown).add(c(1)).mul(slope).add(tau.mul(grown));
}

/**
 * Returns logarithms of positive stable numbers of a stability below 1, whose Laplace transform is
 * exp(-s^stability), from noise as `standardStable` (Kanter 1975); 0 at stability 1.
 */
export function logPositiveStable(uniform: Tensor, exponential: Tensor, stability: Tensor): Tensor {
  const u = inside(uniform), rest = c(1).sub(stability), least = c(1e-30);
  const logSine = (share: Tensor) => share.mul(u).mul(c(Math.PI)).sin().maximum(least).log();
  const tail = logSine(rest).sub(exponential.maximum(least).log()).mul(rest);
  return logSine(stability).add(tail.sub(sinePi(u).log()).div(stability));
}

/**
 * Returns the shift in form S0 of a stable number that is the sum of a symmetric one and one of
 * skewness 1 or -1, which has the share |skew| of scale^stability.
 */
export function skewShift(stability: Tensor, skew: Tensor): Tensor {
  const size = skew.abs().maximum(c(1e-30)), e = c(1).sub(stability), l = size.log().div(stability);
  return skew.mul(growth(e.mul(l))).mul(l).mul(overTan(e.mul(c(Math.PI / 2)))).mul(c(2 / Math.PI));
}

/** Draws standard stable numbers of a shape. */
export function drawStable(key: Key, shape: Shape, stability: Tensor, skew: Tensor): Tensor {
  const [forAngle, forWidth] = key.split(2), zeros = tf.zeros([...shape]);
  const uniform = forAngle.draw("uniform", shape), other = forWidth.draw("uniform", shape);
  const exponential = other.neg().log1p().neg();
  return standardStable(uniform, exponential, stability.add(zeros), skew.add(zeros));
}

/** The message of a density that is asked for. */
export const NO_DENSITY =
  "Cannot compute a density of Stable: it has no closed form; draw or observe the site in " +
  "another way, by reparam(model, minimalReparam())";
