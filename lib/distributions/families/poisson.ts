import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { poisson } from "../../tensor/random/mod.ts";
import {
  gammaincc,
  itakuraSaito,
  lgammaCorrectionFrom1,
  logGammainc,
  logGammaincc,
  poissonEntropy,
  poissonQuantile,
} from "../../tensor/special/mod.ts";
import { nonNegative, nonNegativeInteger } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { afterFirst } from "./util/after_first.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The count after a value. */
const after = (value: Tensor): Tensor => value.floor().add(constant(1));

const formulas: Formulas<Poisson> = {
  support: nonNegativeInteger,
  sample: (key, shape, { rate }) => poisson(key, rate, shape),
  samplePositive(key, shape, { rate }) {
    const { rest, restKey } = afterFirst(key, shape, rate);
    return poisson(restKey, rest, shape).add(constant(1));
  },
  // x log(rate) - rate - lgamma(x + 1), with Stirling's formula put in for lgamma: for large counts
  // the terms would cancel to nothing in float32. At 0 it is -rate, also for the rate 0.
  logDensity(value, { rate }) {
    const isZero = value.equal(constant(0)), x = tf.where(isZero, constant(1), value);
    const mean = tf.where(isZero, constant(1), rate);
    const density = x.mul(itakuraSaito(mean, x)).neg()
      .sub(x.mul(constant(2 * Math.PI)).log().mul(constant(0.5))).sub(lgammaCorrectionFrom1(x));
    return tf.where(isZero, rate.neg(), density);
  },
  mean: ({ rate }) => rate,
  variance: ({ rate }) => rate,
  mode: ({ rate }) => rate.floor(),
  entropy: ({ rate }) => poissonEntropy(rate),
  cdf: (value, { rate }) => gammaincc(after(value), rate),
  logCdf: (value, { rate }) => logGammaincc(after(value), rate),
  logSurvival: (value, { rate }) => logGammainc(after(value), rate),
  icdf: (p, { rate }, q) => poissonQuantile(rate, p, q),
};

/** The Poisson distribution on 0, 1, 2 ... Parameter: `rate`, the mean. Draws are float32. */
export class Poisson extends ParametricDistribution {
  /** The mean; with mean 0 all draws are 0. */
  declare readonly rate: Tensor;

  /** `rate` has the batch shape. */
  constructor(rate: TensorLike, options?: DistributionOptions) {
    super(formulas, { rate: [rate, nonNegative] }, options);
  }
}
