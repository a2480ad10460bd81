import { constant, constantValues, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { betaln, softplus, xlog1py, xlogy } from "../../tensor/special/mod.ts";
import { integerInterval, nonNegativeInteger, real, unitInterval } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import type { DistributionOptions } from "../parametric.ts";
import { SuccessProbability } from "../success_probability.ts";
import { endOfSupport } from "./util/end_of_support.ts";
import { oneValue } from "./util/one_value.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";

const one = () => constant(1);
/** Multiplies, with 0 for a count of 0 whatever the logarithm is. */
const times = (count: Tensor, log: Tensor): Tensor => {
  const isNone = count.equal(constant(0));
  return tf.where(isNone, constant(0), count.mul(tf.where(isNone, constant(0), log)));
};

/** Returns the most trials of any member: draws are made for as many. */
function mostOf(name: string, totalCount: Tensor): number {
  const known = constantValues(totalCount);
  if (known) return Math.max(...Array.from(known));
  throw new Error(`Cannot draw from ${name}: its total counts are computed, and known at run time only`);
}

const formulas: Omit<Formulas<Binomial>, "support"> = {
  sample(key, shape, { probs, totalCount, name }) {
    const most = mostOf(name, totalCount);
    const trial = tf.range(0, most, 1, "float32").reshape([most, ...shape.map(() => 1)]);
    const wins = key.draw("uniform", [most, ...shape]).less(probs).logicalAnd(trial.less(totalCount));
    return wins.cast("float32").sum(0);
  },
  logDensity(value, { totalCount, parameters: { probs, logits } }) {
    const rest = totalCount.sub(value), isOne = totalCount.add(one());
    const ways = isOne.log().add(betaln(rest.add(one()), value.add(one()))).neg();
    return logits
      ? ways.sub(times(value, softplus(logits.neg()))).sub(times(rest, softplus(logits)))
      : ways.add(xlogy(value, probs)).add(xlog1py(rest, probs.neg()));
  },
  mean: ({ totalCount, probs }) => totalCount.mul(probs),
  variance: ({ totalCount, probs }) => totalCount.mul(probs).mul(one().sub(probs)),
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
  /**
   * `totalCount` is an integer from 0, or a tensor of them that broadcasts with the parameter and
   * is known before it is drawn from.
   */
  constructor(totalCount: TensorLike, probs: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    const given = probsOrLogits("Binomial", probs, { probs: unitInterval, logits: real });
    const support = ({ totalCount: n }: Binomial) => integerInterval(0, endOfSupport(totalCount, n));
    super({ ...formulas, support }, { totalCount: [totalCount, nonNegativeInteger], ...given }, options);
  }
}
