import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { halfLogTwoPi } from "./asymptotic.ts";
import { expm1, log1p } from "./logarithms.ts";
import { normalIcdf } from "./normal_icdf.ts";
import { placesUpTo, tailCut } from "./places.ts";
import { sumToShape } from "./sums.ts";
import { sideOf, type Tails } from "./tails.ts";

// The logarithm u of an inverse Gaussian variate z with mean 1 has the log-concave density
// exp(-u / 2 - shape (cosh u - 1)) sqrt(shape / (2 pi)).

const zero = () => constant(0), one = () => constant(1), half = () => constant(0.5);

/** Newton's steps to where the density has fallen. */
const REACHES = 6;

/** The log density of log z. */
const logKernel = (shape: Tensor, z: Tensor): Tensor => {
  const rest = z.sub(one()), excess = shape.mul(half()).mul(rest.mul(rest.div(z)));
  return shape.log().sub(z.log()).mul(half()).sub(excess).sub(constant(halfLogTwoPi));
};

/** The tails with the mean 1; also the integral of the density's growth from z on, by log z. */
function tailsAt(shape: Tensor, value: Tensor): Tails & { readonly area: Tensor } {
  // Where the density has no digits left, its growth is that of a place further in.
  const z = tf.minimum(tf.maximum(value, shape.mul(constant(1e-8))), constant(1e8).div(shape));
  const inverse = z.reciprocal(), scale = shape.mul(half());
  const tilt = z.sub(one()).mul(one().add(inverse)), steep = half().add(scale.mul(tilt));
  const isUpper = steep.greaterEqual(zero()), sign = tf.where(isUpper, one(), constant(-1));
  const own = tilt.mul(sign), whole = z.add(inverse);
  const [outer, inner] = [tf.where(isUpper, z, inverse), tf.where(isUpper, inverse, z)];
  // The growth of 2 cosh (log z) over a distance r, and its slope: near to 0 by sinh and cosh, as
  // its terms would cancel there.
  const risen = (r: Tensor) => {
    const e = expm1(r), back = e.div(one().add(e)).neg(), sinh = e.sub(back).mul(half());
    const rise = e.mul(back).mul(constant(-0.5)), isNear = r.less(half());
    return {
      value: tf.where(isNear, own.mul(sinh).add(whole.mul(rise)), outer.mul(e).add(inner.mul(back))),
      slope: outer.mul(e.add(one())).sub(inner.mul(back.add(one()))),
    };
  };
  const cut = constant(tailCut), tilted = sign.mul(half());
  let reach = constant(2).add(constant(1.1 * tailCut).div(scale.mul(outer))).log();
  reach = tf.minimum(reach, constant(2 * tailCut + 1));
  reach = tf.minimum(reach, cut.div(tf.maximum(steep.abs(), constant(1e-6))));
  for (let i = 0; i < REACHES; i++) {
    const { value: rise, slope } = risen(reach), fall = tilted.mul(reach).add(scale.mul(rise));
    reach = reach.sub(fall.sub(cut).div(tilted.add(scale.mul(slope))));
  }
  const { r, integrate } = placesUpTo(reach), { value: rise } = risen(r);
  const growth = tilted.mul(r).add(scale.mul(rise)).neg().exp(), area = integrate(growth);
  const kernel = logKernel(shape, value), rest = value.sub(one());
  const level = half().div(shape).sub(rest.mul(rest.div(value)).mul(half()));
  return {
    log: kernel.add(area.log()),
    isUpper,
    slopes: [level.sub(integrate(growth.mul(rise)).div(area).mul(half()))],
    logDensity: kernel.sub(value.log()),
    area,
  };
}

/** Computes the log distribution function of an inverse Gaussian variate with mean 1. */
export const logInverseGaussianCdf: (shape: Tensor, z: Tensor) => Tensor = sideOf(
  "logInverseGaussianCdf",
  tailsAt,
  "lower",
  true,
);

/** Computes the logarithm of 1 less it, with all digits in both tails. */
export const logInverseGaussianSurvival: (shape: Tensor, z: Tensor) => Tensor = sideOf(
  "logInverseGaussianSurvival",
  tailsAt,
  "upper",
  true,
);

/** Newton's steps on the logarithm of the nearer tail, which bends down by log z. */
const STEPS = 9;

/**
 * Computes the quantile of p = 1 - q of an inverse Gaussian variate with mean 1. SciPy:
 * `invgauss.ppf`.
 */
export const inverseGaussianQuantile: (shape: Tensor, p: Tensor, q: Tensor) => Tensor = primitive({
  name: "inverseGaussianQuantile",
  forward(shape, p, q) {
    const isEnd = p.equal(zero()).logicalOr(q.equal(zero()));
    const [innerP, innerQ] = [p, q].map((x) => tf.where(isEnd, half(), x));
    // 2 sqrt(shape) sinh(u / 2) lies between the normal quantiles of p / 2 and p.
    const isLow = innerP.less(innerQ), score = normalIcdf(tf.where(isLow, innerP, innerQ));
    const y = tf.where(isLow, score, score.neg()).div(shape.sqrt()).mul(half()), size = y.abs();
    const bent = size.add(size.mul(size.div(one().add(size.square().add(one()).sqrt()))));
    let u = log1p(bent).mul(y.sign()).mul(constant(2));
    const [goalP, goalQ] = [innerP.log(), innerQ.log()];
    for (let i = 0; i < STEPS; i++) {
      const { log, isUpper, area } = tailsAt(shape, u.exp());
      const off = log.sub(tf.where(isUpper, goalQ, goalP)).mul(area);
      u = tf.where(isUpper, u.add(off), u.sub(off));
    }
    return tf.where(isEnd, tf.where(p.equal(zero()), zero(), constant(Infinity)), u.exp());
  },
  vjp(cotangent, output, shape, p) {
    const isInside = output.greater(zero()).logicalAnd(output.less(constant(Infinity)));
    const z = tf.where(isInside, output, one());
    const { isUpper, slopes: [slope], logDensity, area } = tailsAt(shape, z), move = z.mul(area).mul(slope);
    const inside = (x: Tensor, { shape }: Tensor) =>
      sumToShape(cotangent.mul(tf.where(isInside, x, zero())), shape);
    return [
      inside(tf.where(isUpper, move, move.neg()), shape),
      inside(logDensity.neg().exp(), p),
      undefined,
    ];
  },
});
