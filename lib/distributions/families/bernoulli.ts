import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { logit, sigmoidCrossEntropy, softplus, xlogy } from "../../tensor/special/mod.ts";
import { boolean, real, unitInterval } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";

const zero = () => constant(0), one = () => constant(1);

const formulas: Formulas<Bernoulli> = {
  support: boolean,
  sample: (key, shape, { probs }) => key.draw("uniform", shape).less(probs).cast("float32"),
  logDensity(value, { parameters: { probs, logits } }) {
    if (logits) return sigmoidCrossEntropy(logits, value).neg();
    // Exact at probabilities 0 and 1, where the logits are infinite.
    return xlogy(value, probs).add(xlogy(one().sub(value), one().sub(probs)));
  },
  mean: ({ probs }) => probs,
  variance: ({ parameters: { probs, logits } }) =>
    logits ? logits.sigmoid().mul(logits.neg().sigmoid()) : probs.mul(one().sub(probs)),
  entropy({ parameters: { probs, logits } }) {
    if (logits) {
      // The same for l and -l; on the negative side nothing cancels.
      const size = logits.abs(), away = size.neg();
      return softplus(away).add(size.mul(away.sigmoid()));
    }
    const rest = one().sub(probs);
    return xlogy(probs, probs).add(xlogy(rest, rest)).neg();
  },
  cdf: (x, { probs }) => tf.where(x.less(one()), tf.where(x.less(zero()), zero(), one().sub(probs)), one()),
  icdf: (p, { probs }) => p.greater(one().sub(probs)).cast("float32"),
  values: () => tf.tensor([0, 1]),
};

/**
 * The Bernoulli distribution on 0 and 1. Parameter: the probability of a 1 as `probs`, `{ probs }`,
 * or by its log odds as `{ logits }`. Draws are float32.
 */
export class Bernoulli extends ParametricDistribution {
  /**
   * Makes the distribution from its one parameter.
   * @throws Error unless exactly one of probs and logits is given.
   */
  constructor(probs: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    super(formulas, probsOrLogits("Bernoulli", probs, { probs: unitInterval, logits: real }), options);
  }

  /** The probability of a 1. */
  get probs(): Tensor {
    const { probs, logits } = this.parameters;
    return probs ?? logits.sigmoid();
  }

  /** The log odds of a 1. */
  get logits(): Tensor {
    const { probs, logits } = this.parameters;
    return logits ?? logit(probs);
  }
}
