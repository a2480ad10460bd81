import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { beta, binomial } from "../../tensor/random/mod.ts";
import { xlogy } from "../../tensor/special/mod.ts";
import { integerInterval, nonNegativeInteger, positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { endOfSupport } from "./util/end_of_support.ts";
import { gammaMixedLogProb } from "./util/negative_binomial.ts";
import { greatestValue, oneValue } from "./util/one_value.ts";

/** The counts from 0 to the greatest of the batch, and their probabilities along a last axis. */
const counts = (d: BetaBinomial): Tensor =>
  tf.range(0, greatestValue(d.name, d.totalCount) + 1, 1, "float32");
function masses(d: BetaBinomial): Tensor {
  const [concentration1, concentration0, totalCount] = [d.concentration1, d.concentration0, d.totalCount]
      .map((t) => t.expandDims(-1)),
    all = counts(d);
  const each = { concentration1, concentration0, totalCount } as BetaBinomial;
  const log = formulas.logDensity(tf.minimum(all, totalCount), each);
  return tf.where(all.lessEqual(totalCount), log.exp(), constant(0));
}

const formulas: Omit<Formulas<BetaBinomial>, "support"> = {
  sample(key, shape, { concentration1, concentration0, totalCount }) {
    const [probsKey, countKey] = key.split(2);
    return binomial(countKey, totalCount, beta(probsKey, concentration1, concentration0, shape), shape);
  },
  // Two gamma-Poisson counts of one rate, given their total, whatever the rate is.
  logDensity(value, { concentration1: a, concentration0: b, totalCount: n }) {
    const total = a.add(b), isNone = n.equal(constant(0));
    const each = tf.where(isNone, constant(1), n).div(total);
    const of = (count: Tensor, c: Tensor) => gammaMixedLogProb(count, { dispersion: c, mean: c.mul(each) });
    return tf.where(isNone, constant(0), of(value, a).add(of(n.sub(value), b)).sub(of(n, total)));
  },
  hidesNaN: true,
  mean: ({ concentration1: a, concentration0: b, totalCount: n }) => n.mul(a.div(a.add(b))),
  mode({ concentration1, concentration0, totalCount: n }) {
    const rest = (c: Tensor) => tf.maximum(c.sub(constant(1)), constant(0)), a = rest(concentration1);
    return tf.minimum(n.add(constant(1)).mul(a.div(a.add(rest(concentration0)))).floor(), n);
  },
  variance({ concentration1: a, concentration0: b, totalCount: n }) {
    const total = a.add(b), p = a.div(total), q = b.div(total);
    return n.mul(p).mul(q).mul(total.add(n)).div(total.add(constant(1)));
  },
  entropy: (d) => xlogy(masses(d), masses(d)).sum(-1).neg(),
  cdf: (x, d) => tf.where(x.expandDims(-1).greaterEqual(counts(d)), masses(d), constant(0)).sum(-1),
  logSurvival: (x, d) => tf.where(x.expandDims(-1).less(counts(d)), masses(d), constant(0)).sum(-1).log(),
  // The last count takes what rounding leaves of the sum.
  icdf(p, d) {
    const each = masses(d), reached = tf.cumsum(each, each.rank - 1).add(constant(1e-6));
    return tf.minimum(p.expandDims(-1).greater(reached).cast("float32").sum(-1), d.totalCount);
  },
  values: (d) => tf.range(0, oneValue(d.name, "total counts", d.totalCount) + 1, 1, "float32"),
};

/**
 * The number of successes in `totalCount` trials whose probability is beta distributed. Parameters:
 * `concentration1` and `concentration0` of the probability, and `totalCount`. Draws are float32.
 * NumPyro: `BetaBinomial`.
 */
export class BetaBinomial extends ParametricDistribution {
  /** The beta distribution's alpha, which pulls to successes. */
  declare readonly concentration1: Tensor;
  /** The beta distribution's beta, which pulls to failures. */
  declare readonly concentration0: Tensor;
  /** The number of trials. */
  declare readonly totalCount: Tensor;

  /** The three broadcast to the batch shape; `totalCount` defaults to 1. */
  constructor(
    concentration1: TensorLike,
    concentration0: TensorLike,
    totalCount: TensorLike = 1,
    options?: DistributionOptions,
  ) {
    const support = ({ totalCount: n }: BetaBinomial) => integerInterval(0, endOfSupport(totalCount, n));
    super({ ...formulas, support }, {
      concentration1: [concentration1, positive],
      concentration0: [concentration0, positive],
      totalCount: [totalCount, nonNegativeInteger],
    }, options);
  }
}
