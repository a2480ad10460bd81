import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { halfLogTwoPi } from "./asymptotic.ts";
import { logNormalCdf } from "./normal_cdf.ts";
import { normalIcdf } from "./normal_icdf.ts";
import { scaledNormalTail, scaledOwensT } from "./scaled_owens_t.ts";
import { placesUpTo, tailCut } from "./places.ts";
import { sumToShape } from "./sums.ts";
import { sideOf, type Tails } from "./tails.ts";

const zero = () => constant(0), one = () => constant(1), half = () => constant(0.5);

/** The distance of a singularity, in parts of an integral, at which 24 nodes see it whole. */
const NEAR = 8;

/** The log density of a skew normal variate. */
const logDensityAt = (a: Tensor, z: Tensor): Tensor =>
  logNormalCdf(a.mul(z)).sub(z.square().mul(half())).add(constant(Math.LN2 - halfLogTwoPi));

/** The logarithm of the derivative by the skewness of the probability above z. */
const logMove = (a: Tensor, z: Tensor): Tensor => {
  const steep = a.square().add(one());
  return z.square().mul(steep).mul(constant(-0.5)).sub(steep.log()).sub(constant(Math.log(Math.PI)));
};

/**
 * The logarithm of the probability below -s for the skewness b and s >= 0: the integral of exp(-s^2
 * (1 + u^2) / 2) / (1 + u^2) / pi over u > b; next to the middle by Owen's function.
 */
function logBeyond(s: Tensor, b: Tensor): Tensor {
  const fallen = constant(2 * tailCut).div(s.square());
  const width = fallen.div(b.square().add(fallen).sqrt().add(b));
  const isFar = b.greater(zero()).logicalAnd(width.less(b.square().add(one()).sqrt().mul(constant(NEAR))));
  const [farS, farB] = [s, b].map((x) => tf.where(isFar, x, one()));
  const [nearS, nearB] = [s, b].map((x) => tf.where(isFar, zero(), x));
  const { r, integrate } = placesUpTo(tf.where(isFar, width, one())), u = farB.add(r);
  const growth = farS.square().mul(r).mul(r.add(farB.mul(constant(2)))).mul(constant(-0.5)).exp();
  const area = integrate(growth.div(u.square().add(one()))).log().sub(constant(Math.log(Math.PI)));
  const far = area.sub(farS.square().mul(farB.square().add(one())).mul(half()));
  const turned = scaledOwensT(nearS, nearB.abs()).mul(
    tf.where(nearB.less(zero()), constant(2), constant(-2)),
  );
  const near = scaledNormalTail(nearS).add(turned).log().sub(nearS.square().mul(half()));
  return tf.where(isFar, far, near);
}

/** The tails of a skew normal variate with the skewness a. */
function skewNormalTails(a: Tensor, z: Tensor): Tails {
  const isUpper = z.greaterEqual(zero()), log = logBeyond(z.abs(), tf.where(isUpper, a.neg(), a));
  const move = logMove(a, z).sub(log).exp();
  return { log, isUpper, slopes: [tf.where(isUpper, move, move.neg())], logDensity: logDensityAt(a, z) };
}

/**
 * Computes the distribution function of a skew normal variate with the skewness a at z. SciPy's
 * `skewnorm.cdf`.
 */
export const skewNormalCdf: (a: Tensor, z: Tensor) => Tensor = sideOf(
  "skewNormalCdf",
  skewNormalTails,
  "lower",
);

/** Computes the logarithm of `skewNormalCdf`, with all digits in the lower tail. */
export const logSkewNormalCdf: (a: Tensor, z: Tensor) => Tensor = sideOf(
  "logSkewNormalCdf",
  skewNormalTails,
  "lower",
  true,
);

/** Newton's steps: from a bound beyond the quantile, on a logarithm that bends down. */
const STEPS = 7;

/**
 * Computes the inverse of `skewNormalCdf` in z; infinite at 0 and 1, NaN beyond. SciPy's
 * `skewnorm.ppf`.
 */
export const skewNormalQuantile: (a: Tensor, p: Tensor) => Tensor = primitive({
  name: "skewNormalQuantile",
  forward(a, p) {
    const isInside = p.greater(zero()).logicalAnd(p.less(one())), inner = tf.where(isInside, p, half());
    const middle = tf.atan2(tf.onesLike(a), a).mul(constant(1 / Math.PI)), isLow = inner.less(middle);
    const goal = tf.where(isLow, inner, one().sub(inner)), b = tf.where(isLow, a, a.neg()), log = goal.log();
    const all = tf.where(isLow, middle, one().sub(middle)), outer = normalIcdf(goal.mul(half())).neg();
    const steep = tf.maximum(all.log().sub(log), zero()).mul(constant(2)).div(b.square().add(one())).sqrt();
    let s = tf.where(b.greater(zero()), tf.minimum(outer, steep), outer);
    for (let i = 0; i < STEPS; i++) {
      const found = logBeyond(s, b), step = found.sub(log).mul(found.sub(logDensityAt(b, s.neg())).exp());
      s = tf.maximum(s.add(step), zero());
    }
    const end = tf.where(p.equal(zero()), constant(-Infinity), constant(NaN));
    const outside = tf.where(p.equal(one()), constant(Infinity), end);
    return tf.where(isInside, tf.where(isLow, s.neg(), s), outside);
  },
  vjp(cotangent, output, a, p) {
    const isInside = output.abs().less(constant(Infinity)), z = tf.where(isInside, output, zero());
    const logDensity = logDensityAt(a, z);
    const inside = (slope: Tensor, { shape }: Tensor) =>
      sumToShape(cotangent.mul(tf.where(isInside, slope, zero())), shape);
    return [inside(logMove(a, z).sub(logDensity).exp(), a), inside(logDensity.neg().exp(), p)];
  },
});

/** Computes the integral of 2 phi(z) h(Phi(a z)) over z > 0, where h is the entropy of a coin. */
export function coinEntropyOfSkew(a: Tensor): Tensor {
  const narrow = a.square().add(one()).rsqrt(),
    { r, integrate } = placesUpTo(
      narrow.mul(constant(Math.sqrt(2 * tailCut))),
    );
  const logs = [a.mul(r), a.mul(r).neg()].map(logNormalCdf);
  const coin = logs.map((log) => log.exp().mul(log)).reduce((sum, term) => sum.add(term)).neg();
  return integrate(coin.mul(r.square().mul(constant(-0.5)).exp())).mul(constant(Math.sqrt(2 / Math.PI)));
}
