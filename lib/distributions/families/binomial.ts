import { constant, constantValues, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { binomial } from "../../tensor/random/mod.ts";
import {
  betainc,
  type BetaSide,
  binomialEntropy,
  binomialQuantile,
  log1p,
  logBetainc,
  logBetaincc,
} from "../../tensor/special/mod.ts";
import { integerInterval, nonNegativeInteger, real, unitInterval } from "../constraints/mod.ts";
import { entropyOver } from "../entropy_over.ts";
import type { Formulas } from "../formulas.ts";
import type { DistributionOptions } from "../parametric.ts";
import { SuccessProbability } from "../success_probability.ts";
import { afterFirst } from "./util/after_first.ts";
import { endOfSupport } from "./util/end_of_support.ts";
import { oneValue } from "./util/one_value.ts";
import { divergenceFromMean, logAtMeans, logOfLargest } from "./util/poisson_counts.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";

const one = () => constant(1);
/** Multiplies, with 0 for a count of 0 whatever the logarithm is. */
const times = (count: Tensor, log: Tensor): Tensor => {
  const isNone = count.equal(constant(0));
  return tf.where(isNone, constant(0), count.mul(tf.where(isNone, constant(0), log)));
};

/** Log odds beyond which the rarer outcome's log probability is the log odds themselves. */
const FAR = 60;

/** The largest number of trials whose counts are summed over. */
const FEW = 100;

/** A side of the distribution function, which has all of the probability at the last count. */
function sideOf(f: BetaSide, all: number) {
  return (value: Tensor, { totalCount: n, probs, parameters: { logits } }: Binomial): Tensor => {
    const count = value.floor(), isLast = count.greaterEqual(n);
    const rest = tf.where(isLast, one(), n.sub(count)),
      q = logits ? logits.neg().sigmoid() : one().sub(probs);
    return tf.where(isLast, constant(all), f(rest, count.add(one()), q, probs));
  };
}

/** The mean less a count, from half of the trials. */
const centred = (half: Tensor, value: Tensor, logits: Tensor): Tensor =>
  half.sub(value).add(half.mul(logits.mul(constant(0.5)).tanh()));

const formulas: Omit<Formulas<Binomial>, "support"> = {
  sample: (key, shape, { probs, totalCount }) => binomial(key, totalCount, probs, shape),
  // The trial of the first success, and the others after it.
  samplePositive(key, shape, { probs, totalCount: n }) {
    const log = tf.maximum(log1p(probs.neg()), constant(-80)),
      { rest, restKey } = afterFirst(key, shape, n.mul(log).neg());
    const before = n.sub(rest.div(log.neg())).floor(), left = n.sub(one()).sub(before);
    return binomial(restKey, tf.maximum(left, constant(0)), probs, shape).add(one());
  },
  logDensity(value, { totalCount: n, parameters: { probs, logits } }) {
    const near = logits && tf.clipByValue(logits, -FAR, FAR);
    const p = near ? near.sigmoid() : probs, q = near ? near.neg().sigmoid() : one().sub(probs);
    // Of the two means, the smaller one is known to more digits.
    const rest = n.sub(value), isRare = p.less(constant(0.5));
    const direct = tf.where(isRare, n.mul(p).sub(value), rest.sub(n.mul(q)));
    // Log odds near 0 have digits that a probability near 1/2 has not.
    const excess = near
      ? tf.where(near.abs().less(one()), centred(n.mul(constant(0.5)), value, near), direct)
      : direct;
    const isWhole = value.equal(constant(0)).logicalOr(rest.equal(constant(0)));
    const known = logAtMeans(n, isWhole, logOfLargest(value).add(logOfLargest(rest)))
      .sub(divergenceFromMean(value, n.mul(p), excess))
      .sub(divergenceFromMean(rest, n.mul(q), excess.neg()));
    if (!logits) return known;
    return known.add(times(value, tf.minimum(logits.add(constant(FAR)), constant(0))))
      .sub(times(rest, tf.maximum(logits.sub(constant(FAR)), constant(0))));
  },
  mean: ({ totalCount, probs }) => totalCount.mul(probs),
  variance: ({ totalCount, probs }) => totalCount.mul(probs).mul(one().sub(probs)),
  mode: ({ totalCount, probs }) => tf.minimum(totalCount, totalCount.add(one()).mul(probs).floor()),
  entropy(d) {
    const { totalCount: n, probs, parameters: { logits } } = d, known = constantValues(n);
    // A sum over few counts keeps all digits where failures, or successes, are next to impossible.
    if (known && Array.from(known).every((count) => count === known[0] && count <= FEW)) {
      return entropyOver(d, d.enumerateSupport(false));
    }
    return binomialEntropy(n, probs, logits ? logits.neg().sigmoid() : one().sub(probs));
  },
  cdf: sideOf(betainc, 1),
  logCdf: sideOf(logBetainc, 0),
  logSurvival: sideOf(logBetaincc, -Infinity),
  icdf: (p, { totalCount, probs }, q) => binomialQuantile(totalCount, probs, p, q),
  values: (d) => tf.range(0, oneValue(d.name, "total counts", d.totalCount) + 1, 1, "float32"),
};

/**
 * The binomial distribution: the number of successes in `totalCount` trials. Parameter: the
 * probability of success as `probs`, `{ probs }`, or by its log odds as `{ logits }`. Draws are
 * float32.
 */
export class Binomial extends SuccessProbability {
  /** The number of trials. */
  declare readonly totalCount: Tensor;
  /** `totalCount`, an integer from 0, and the parameter broadcast to the batch shape. */
  constructor(totalCount: TensorLike, probs: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    const given = probsOrLogits("Binomial", probs, { probs: unitInterval, logits: real });
    const support = ({ totalCount: n }: Binomial) => integerInterval(0, endOfSupport(totalCount, n));
    super({ ...formulas, support }, { totalCount: [totalCount, nonNegativeInteger], ...given }, options);
  }
}
