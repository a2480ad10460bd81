import { constant } from "../../../tensor/mod.ts";
import { halfLogTwoPi, logNormalCdf, normalCdf, normalIcdf } from "../../../tensor/special/mod.ts";
import type { Standard } from "../../location_scale.ts";

/** The standard normal form; z is divided by the root of 2, so that its square is the exponent. */
export const standardNormal: Standard = {
  draw: (key, shape) => key.draw("normal", shape),
  unit: Math.SQRT1_2,
  logDensity: (z, scale) => constant(-halfLogTwoPi).sub(scale.log()).sub(z.square()),
  mean: 0,
  variance: 1,
  entropy: 0.5 + halfLogTwoPi,
  isSymmetric: true,
  cdf: (z) => normalCdf(z),
  logCdf: (z) => logNormalCdf(z),
  quantile: (p) => normalIcdf(p),
};
