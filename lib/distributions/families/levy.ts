import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { erf, EULER_GAMMA, logNormalCdf, normalCdf, normalIcdf } from "../../tensor/special/mod.ts";
import { greaterThan, positive, real } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { endOfSupport } from "./util/end_of_support.ts";

const formulas: Omit<Formulas<Levy>, "support"> = {
  rsample: (key, shape, { loc, scale }) => scale.div(key.draw("normal", shape).square()).add(loc),
  hasHeavyTails: true,
  logDensity(x, { loc, scale }) {
    const distance = x.sub(loc), level = scale.log().sub(distance.log().mul(constant(3)));
    return level.sub(scale.div(distance)).mul(constant(0.5)).sub(constant(Math.log(2 * Math.PI) / 2));
  },
  mean: () => constant(Infinity),
  mode: ({ loc, scale }) => scale.mul(constant(1 / 3)).add(loc),
  variance: () => constant(Infinity),
  entropy: ({ scale }) => scale.log().add(constant((1 + 3 * EULER_GAMMA + Math.log(16 * Math.PI)) / 2)),
  cdf: (x, d) => normalCdf(d.scale.div(x.sub(d.loc)).sqrt().neg()).mul(constant(2)),
  logCdf: (x, d) => logNormalCdf(d.scale.div(x.sub(d.loc)).sqrt().neg()).add(constant(Math.LN2)),
  logSurvival: (x, d) => erf(d.scale.div(x.sub(d.loc)).mul(constant(0.5)).sqrt()).log(),
  icdf: (p, { loc, scale }) => scale.div(normalIcdf(p.mul(constant(0.5))).square()).add(loc),
};

/**
 * The Lévy distribution: of loc + scale / z^2 for standard normal z; mean and variance are
 * infinite. Parameters: `loc`, the lower end, and `scale`.
 */
export class Levy extends ParametricDistribution {
  /** The lower end. */
  declare readonly loc: Tensor;
  /** The scale. */
  declare readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    const support = (d: Levy) => greaterThan(endOfSupport(loc, d.loc));
    super({ ...formulas, support }, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}
