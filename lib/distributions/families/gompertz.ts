import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { exponential } from "../../tensor/random/mod.ts";
import { expm1, log1p, scaledExpint } from "../../tensor/special/mod.ts";
import { nonNegative, positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const formulas: Formulas<Gompertz> = {
  support: nonNegative,
  rsample: (key, shape, { concentration, rate }) =>
    log1p(exponential(key, shape).div(concentration)).div(rate),
  logDensity(x, { concentration, rate }) {
    const grown = x.mul(rate);
    return concentration.log().add(rate.log()).add(grown).sub(concentration.mul(expm1(grown)));
  },
  mean: ({ concentration, rate }) => scaledExpint(concentration).div(rate),
  entropy: ({ concentration, rate }) =>
    constant(1).sub(scaledExpint(concentration)).sub(concentration.log()).sub(rate.log()),
  mode: ({ concentration, rate }) => tf.maximum(concentration.log().neg(), constant(0)).div(rate),
  cdf: (x, { concentration, rate }) => expm1(concentration.mul(expm1(x.mul(rate))).neg()).neg(),
  logSurvival: (x, { concentration, rate }) => concentration.mul(expm1(x.mul(rate))).neg(),
  icdf: (p, { concentration, rate }) => log1p(constant(0).sub(log1p(p.neg())).div(concentration)).div(rate),
};

/**
 * The Gompertz distribution: of times to a failure whose rate grows exponentially, as concentration
 * * rate * exp(rate x). Parameters: `concentration` and `rate`. NumPyro: `Gompertz`.
 */
export class Gompertz extends ParametricDistribution {
  /** The rate of failures at the beginning, in units of `rate`. */
  declare readonly concentration: Tensor;
  /** The growth of the rate of failures. */
  declare readonly rate: Tensor;

  /** `concentration` and `rate` (default 1) broadcast to the batch shape. */
  constructor(concentration: TensorLike, rate: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { concentration: [concentration, positive], rate: [rate, positive] }, options);
  }
}
