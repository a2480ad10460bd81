import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { exponential } from "../../tensor/random/mod.ts";
import { expm1, log1p, logRatio } from "../../tensor/special/mod.ts";
import { greaterThanEq, positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { endOfSupport } from "./util/end_of_support.ts";
import { momentAbove } from "./util/moment_above.ts";

const formulas: Omit<Formulas<Pareto>, "support"> = {
  rsample: (key, shape, { scale, alpha }) => exponential(key, shape).div(alpha).exp().mul(scale),
  hasHeavyTails: true,
  logDensity: (x, { scale: m, alpha: a }) => a.log().sub(m.log()).sub(a.add(constant(1)).mul(logRatio(x, m))),
  mean: ({ scale, alpha }) => momentAbove(1, alpha, (excess) => alpha.mul(scale).div(excess)),
  mode: ({ scale }) => scale,
  variance: ({ scale, alpha }) =>
    momentAbove(2, alpha, (excess) => scale.div(alpha.sub(constant(1))).square().mul(alpha).div(excess)),
  entropy: ({ scale, alpha }) => scale.div(alpha).log().add(alpha.reciprocal()).add(constant(1)),
  cdf: (x, { scale, alpha }) => expm1(alpha.mul(logRatio(x, scale)).neg()).neg(),
  logSurvival: (x, { scale, alpha }) => alpha.mul(logRatio(x, scale)).neg(),
  icdf: (p, { scale, alpha }) => log1p(p.neg()).div(alpha).neg().exp().mul(scale),
};

/**
 * The Pareto distribution of type I: of exp(x) for exponential x, beginning at `scale`. Parameters:
 * `scale`, the least value, and `alpha`. The mean is infinite for alpha up to 1, the variance up to
 * 2.
 */
export class Pareto extends ParametricDistribution {
  /** The least value. */
  declare readonly scale: Tensor;
  /** The power by which the tail falls. */
  declare readonly alpha: Tensor;

  /** `scale` and `alpha` broadcast to the batch shape. */
  constructor(scale: TensorLike, alpha: TensorLike, options?: DistributionOptions) {
    const support = (d: Pareto) => greaterThanEq(endOfSupport(scale, d.scale));
    super({ ...formulas, support }, { scale: [scale, positive], alpha: [alpha, positive] }, options);
  }
}
