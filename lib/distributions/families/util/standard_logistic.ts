import { constant, tf } from "../../../tensor/mod.ts";
import { logit, softplus } from "../../../tensor/special/mod.ts";
import type { Standard } from "../../location_scale.ts";

/** The standard logistic distribution. */
export const standardLogistic: Standard = {
  // The smallest number with all digits stands in for a draw of 0.
  draw: (key, shape) => logit(tf.maximum(key.draw("uniform", shape), constant(2 ** -126))),
  hasHeavyTails: true,
  logDensity(z, scale) {
    const distance = z.abs();
    return distance.add(softplus(distance.neg()).mul(constant(2))).add(scale.log()).neg();
  },
  mean: 0,
  variance: Math.PI ** 2 / 3,
  entropy: 2,
  isSymmetric: true,
  cdf: (z) => z.sigmoid(),
  logCdf: (z) => softplus(z.neg()).neg(),
  quantile: (p) => logit(p),
};
