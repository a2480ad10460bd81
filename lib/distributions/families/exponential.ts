import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { exponential } from "../../tensor/random/mod.ts";
import { expm1, log1p } from "../../tensor/special/mod.ts";
import { nonNegative, positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const formulas: Formulas<Exponential> = {
  support: nonNegative,
  rsample: (key, shape, { rate }) => exponential(key, shape).div(rate),
  logDensity: (x, { rate }) => rate.log().sub(rate.mul(x)),
  mean: ({ rate }) => rate.reciprocal(),
  mode: () => constant(0),
  variance: ({ rate }) => rate.square().reciprocal(),
  entropy: ({ rate }) => constant(1).sub(rate.log()),
  cdf: (x, { rate }) => expm1(x.mul(rate).neg()).neg(),
  logSurvival: (x, { rate }) => x.mul(rate).neg(),
  icdf: (p, { rate }) => constant(0).sub(log1p(p.neg())).div(rate),
};

/** The exponential distribution. Parameter: `rate`, the inverse of the mean. */
export class Exponential extends ParametricDistribution {
  /** The inverse of the mean. */
  declare readonly rate: Tensor;

  /** `rate` defaults to 1. */
  constructor(rate: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { rate: [rate, positive] }, options);
  }
}
