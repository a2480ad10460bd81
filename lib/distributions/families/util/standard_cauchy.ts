import { constant } from "../../../tensor/mod.ts";
import { cauchy } from "../../../tensor/random/mod.ts";
import { log1p } from "../../../tensor/special/mod.ts";
import type { Standard } from "../../location_scale.ts";

/** The standard Cauchy distribution; its infinite variance is as in torch and NumPyro. */
export const standardCauchy: Standard = {
  draw: cauchy,
  logDensity: (z, scale) => constant(-Math.log(Math.PI)).sub(scale.log()).sub(log1p(z.square())),
  mean: NaN,
  variance: Infinity,
  entropy: Math.log(4 * Math.PI),
  cdf: (z) => z.atan().mul(constant(1 / Math.PI)).add(constant(0.5)),
  quantile: (p) => p.sub(constant(0.5)).mul(constant(Math.PI)).tan(),
};
