import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { digamma, gammaincc, gammainccinv, logGammainc, logGammaincc } from "../../tensor/special/mod.ts";
import { positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { momentAbove } from "./util/moment_above.ts";
import { gammaFormulas, standardGamma } from "./util/standard_gamma.ts";

const formulas: Formulas<InverseGamma> = {
  support: positive,
  rsample: (key, shape, d) => gammaFormulas.rsample!(key, shape, d).reciprocal(),
  hasHeavyTails: true,
  logDensity: (x, { concentration, rate }) =>
    standardGamma(rate.div(x), concentration).add(rate.log()).sub(x.log().mul(constant(2))),
  mean: ({ concentration: a, rate }) => momentAbove(1, a, (excess) => rate.div(excess)),
  variance: ({ concentration: a, rate }) =>
    momentAbove(2, a, (excess) => rate.div(a.sub(constant(1))).square().div(excess)),
  entropy: (d) => gammaFormulas.entropy!(d).sub(digamma(d.concentration).sub(d.rate.log()).mul(constant(2))),
  mode: ({ concentration, rate }) => rate.div(concentration.add(constant(1))),
  cdf: (x, { concentration, rate }) => gammaincc(concentration, rate.div(x)),
  logCdf: (x, { concentration, rate }) => logGammaincc(concentration, rate.div(x)),
  logSurvival: (x, { concentration, rate }) => logGammainc(concentration, rate.div(x)),
  icdf: (p, { concentration, rate }) => rate.div(gammainccinv(concentration, p)),
};

/**
 * The inverse gamma distribution: of 1 / x for gamma distributed x. Parameters: `concentration` and
 * `rate` of x. The mean is infinite for concentrations up to 1, the variance up to 2.
 */
export class InverseGamma extends ParametricDistribution {
  /** The shape parameter. */
  declare readonly concentration: Tensor;
  /** The scale of the values: the inverse scale of their reciprocals. */
  declare readonly rate: Tensor;

  /** `concentration` and `rate` (default 1) broadcast to the batch shape. */
  constructor(concentration: TensorLike, rate: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { concentration: [concentration, positive], rate: [rate, positive] }, options);
  }
}
