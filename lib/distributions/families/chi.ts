import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { gamma } from "../../tensor/random/mod.ts";
import {
  betaln,
  digamma,
  gammainc,
  gammaincinv,
  halfLogTwoPi,
  itakuraSaito,
  lgamma,
  logGammainc,
  logGammaincc,
} from "../../tensor/special/mod.ts";
import { positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { gammaNormaliser } from "./util/standard_gamma.ts";

const half = (x: Tensor): Tensor => x.mul(constant(0.5));
/** sqrt(2) Gamma((df + 1) / 2) / Gamma(df / 2). */
const mean = ({ df }: Chi): Tensor => constant(halfLogTwoPi).sub(betaln(half(df), constant(0.5))).exp();

const formulas: Formulas<Chi> = {
  support: positive,
  rsample: (key, shape, { df }) => gamma(key, half(df), shape).mul(constant(2)).sqrt(),
  // The gamma density of x^2 / 2, whose divergence is written in x: the square may underflow.
  logDensity(x, { df }) {
    const root = df.sqrt(), excess = x.sub(root).div(root).square();
    const divergence = half(excess).add(itakuraSaito(x, root)).mul(df);
    return gammaNormaliser(half(df)).sub(divergence).add(df.log()).sub(x.log());
  },
  mean,
  variance: (d) => d.df.sub(mean(d).square()),
  entropy({ df }) {
    const a = half(df), rest = half(df.sub(constant(1))).mul(digamma(a));
    return lgamma(a).add(a).sub(constant(Math.LN2 / 2)).sub(rest);
  },
  mode: ({ df }) => tf.maximum(df.sub(constant(1)), constant(0)).sqrt(),
  cdf: (x, { df }) => gammainc(half(df), half(x.square())),
  logCdf: (x, { df }) => logGammainc(half(df), half(x.square())),
  logSurvival: (x, { df }) => logGammaincc(half(df), half(x.square())),
  icdf: (p, { df }) => gammaincinv(half(df), p).mul(constant(2)).sqrt(),
};

/**
 * The chi distribution: of the length of a vector of `df` independent standard normals. Parameter:
 * `df`, the degrees of freedom. TensorFlow Probability: `Chi`.
 */
export class Chi extends ParametricDistribution {
  /** The degrees of freedom. */
  declare readonly df: Tensor;

  /** `df` has the batch shape. */
  constructor(df: TensorLike, options?: DistributionOptions) {
    super(formulas, { df: [df, positive] }, options);
  }
}
