import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";
import { erfcxAbove1 } from "./erf.ts";
import { normalCdf } from "./normal_cdf.ts";
import { placesUpTo, tailCut } from "./places.ts";

const one = () => constant(1), half = () => constant(0.5);

/** Slopes beyond it are as good as infinite. */
const STEEP = 1e18;

/** exp(h^2 / 2) T(h, a) for h >= 0 and a from 0 to 1, where the integral is smooth. */
function gentle(h: Tensor, a: Tensor): Tensor {
  const { r, integrate } = placesUpTo(tf.minimum(a, constant(Math.sqrt(2 * tailCut)).div(h)));
  const fall = h.mul(r).square().mul(constant(-0.5)).exp();
  return integrate(fall.div(r.square().add(one()))).mul(constant(1 / (2 * Math.PI)));
}

/** exp(s^2 / 2) times the normal's probability beyond s >= 0. */
export function scaledNormalTail(s: Tensor): Tensor {
  const edge = constant(Math.SQRT2), low = tf.minimum(s, edge);
  const near = low.square().mul(half()).exp().mul(normalCdf(low.neg()));
  const far = erfcxAbove1(tf.maximum(s.mul(constant(Math.SQRT1_2)), one())).mul(half());
  return tf.where(s.less(edge), near, far);
}

/** exp(h^2 / 2) T(h, a) for h and a >= 0. */
export function scaledOwensT(h: Tensor, a: Tensor): Tensor {
  const steep = tf.minimum(tf.maximum(a, one()), constant(STEEP)), far = h.mul(steep);
  // Of the other corner of the plane, by reflection (Owen, "Tables for computing bivariate normal
  // probabilities", 1956).
  const shrink = steep.square().sub(one()).mul(h).mul(h).mul(constant(-0.5)).exp();
  const near = scaledNormalTail(h), corner = shrink.mul(scaledNormalTail(far));
  const both = near.mul(half()).add(corner.mul(half().sub(normalCdf(h.neg()))));
  const reflected = both.sub(shrink.mul(gentle(far, steep.reciprocal())));
  return tf.where(a.lessEqual(one()), gentle(h, tf.minimum(a, one())), reflected);
}
