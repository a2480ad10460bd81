import { constant, type Tensor, tf } from "../../../tensor/mod.ts";
import { cauchy } from "../../../tensor/random/mod.ts";
import { log1pSquareRatio } from "../../../tensor/special/mod.ts";
import type { Standard } from "../../location_scale.ts";

/**
 * Returns the cotangent of an angle: infinite at 0, where the tangent's own pole, pi / 2, is no
 * float, and beyond it the sign is the other one.
 */
export const cotangent = (angle: Tensor): Tensor => constant(1).div(angle.tan());

/** Computes the log probability above a number; far out, where z^2 is none, by -log z. */
export function logAbove(z: Tensor): Tensor {
  const isFar = z.greater(constant(1e4)), near = tf.atan2(constant(1), tf.where(isFar, constant(0), z)).log();
  const away = tf.where(isFar, z, constant(1));
  const far = away.log().add(away.reciprocal().square().mul(constant(1 / 3))).neg();
  return tf.where(isFar, far, near).sub(constant(Math.log(Math.PI)));
}

/** The standard Cauchy distribution; its infinite variance is as in torch and NumPyro. */
export const standardCauchy: Standard = {
  draw: cauchy,
  heavyTail: (distance, width, logScale) =>
    constant(-Math.log(Math.PI)).sub(logScale).sub(log1pSquareRatio(distance, width)),
  isSymmetric: true,
  mean: NaN,
  variance: Infinity,
  entropy: Math.log(4 * Math.PI),
  // The angle of the point (-z, 1): on the left atan(z) would cancel with pi / 2.
  cdf: (z) => tf.atan2(constant(1), z.neg()).mul(constant(1 / Math.PI)),
  logCdf: (z) => logAbove(z.neg()),
  quantile(p) {
    const tail = tf.minimum(p, constant(1).sub(p)), far = cotangent(tail.mul(constant(Math.PI)));
    const near = p.sub(constant(0.5)).mul(constant(Math.PI)).tan();
    return tf.where(tail.greater(constant(0.25)), near, tf.where(p.less(constant(0.5)), far.neg(), far));
  },
};
