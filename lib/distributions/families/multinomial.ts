import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { multinomial as draw } from "../../tensor/random/mod.ts";
import { lgamma } from "../../tensor/special/mod.ts";
import { multinomial, nonNegativeInteger, realVector, simplex } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { categoryEntropy, categoryLogProbs, categoryProbs } from "./util/category_probs.ts";
import { Binomial } from "./binomial.ts";
import { endOfSupport } from "./util/end_of_support.ts";
import { oneValue } from "./util/one_value.ts";
import { divergenceFromMean, logAtMeans, logOfLargest } from "./util/poisson_counts.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";

/** Logits have probabilities down to here; rarer categories by their log probabilities. */
const RARE = -60;

const formulas: Omit<Formulas<Multinomial>, "support"> = {
  eventShape: ({ parameters: { probs, logits } }) => (probs ?? logits).shape.slice(-1),
  sample: (key, shape, { totalCount, probs }) => draw(key, totalCount, probs, shape.slice(0, -1)),
  logDensity(value, { totalCount: n, parameters: { probs, logits } }) {
    const logs = logits && categoryLogProbs({ logits }), least = constant(RARE);
    const p = logs ? tf.maximum(logs, least).exp() : probs;
    const total = n.expandDims(-1), isWhole = value.equal(total).any(-1);
    const known = logAtMeans(n, isWhole, logOfLargest(value).sum(-1))
      .sub(divergenceFromMean(value, total.mul(p)).sum(-1));
    if (!logs) return known;
    const isNone = value.equal(constant(0)),
      rest = tf.minimum(tf.where(isNone, constant(0), logs).sub(least), constant(0));
    return known.add(value.mul(rest).sum(-1));
  },
  mean: ({ totalCount, probs }) => totalCount.expandDims(-1).mul(probs),
  // The Poisson counts' part of each category, and those of all trials one by one.
  entropy(d) {
    const { totalCount: n, probs, parameters } = d, all = oneValue(d.name, "total counts", n);
    const counts = tf.range(0, all + 1, 1, "float32"), each = new Binomial(all, probs.expandDims(-1));
    const orders = each.logProb(counts).exp().mul(lgamma(counts.add(constant(1)))).sum([-1, -2]);
    return n.mul(categoryEntropy(parameters)).sub(lgamma(n.add(constant(1)))).add(orders);
  },
  variance: ({ totalCount, probs }) => totalCount.expandDims(-1).mul(probs).mul(constant(1).sub(probs)),
};

/**
 * The multinomial distribution: how often each category comes up in `totalCount` trials. Parameter:
 * the probabilities along the last axis as `probs`, `{ probs }`, or their unnormalised logarithms
 * as `{ logits }`. Draws are float32. NumPyro: `Multinomial`.
 */
export class Multinomial extends ParametricDistribution {
  /** The number of trials. */
  declare readonly totalCount: Tensor;

  /**
   * `totalCount`, an integer from 0, and the parameter without its last axis broadcast to the batch
   * shape.
   * @throws Error unless exactly one of probs and logits is given.
   */
  constructor(totalCount: TensorLike, probs: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    const given = probsOrLogits("Multinomial", probs, { probs: simplex, logits: realVector });
    const support = ({ totalCount: n }: Multinomial) => multinomial(endOfSupport(totalCount, n));
    super({ ...formulas, support }, { totalCount: [totalCount, nonNegativeInteger], ...given }, options);
  }

  /** The probabilities, along the last axis. */
  get probs(): Tensor {
    return categoryProbs(this.parameters);
  }

  /** The normalised log probabilities, along the last axis. */
  get logits(): Tensor {
    return categoryLogProbs(this.parameters);
  }
}
