import { constant, type TensorLike, tf } from "../../tensor/mod.ts";
import {
  bernoulliLogProb,
  bernoulliProbsLogProb,
  log1p,
  softplus,
  xlog1py,
  xlogy,
} from "../../tensor/special/mod.ts";
import { boolean, real, unitInterval } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { logOrNever } from "../outer_sum.ts";
import type { DistributionOptions } from "../parametric.ts";
import { SuccessProbability } from "../success_probability.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";

const zero = () => constant(0), one = () => constant(1);

/** The log probabilities of a 1 and of a 0. */
const logSides = ({ parameters: { probs, logits } }: Bernoulli) => ({
  success: logits ? softplus(logits.neg()).neg() : probs.log(),
  failure: logits ? softplus(logits).neg() : log1p(probs.neg()),
});

const formulas: Formulas<Bernoulli> = {
  support: boolean,
  sample: (key, shape, { probs }) => key.draw("uniform", shape).less(probs).cast("float32"),
  // Sure outcomes, also of infinite logits: the side that did not come up is never computed.
  logDensity(value, { parameters: { probs, logits } }) {
    return logits ? bernoulliLogProb(logits, value) : bernoulliProbsLogProb(probs, value);
  },
  products: (value, { parameters: { probs, logits } }) => [
    [value, logits ? softplus(logits.neg()).neg() : logOrNever(probs)],
    [one().sub(value), logits ? softplus(logits).neg() : logOrNever(probs, (p) => log1p(p.neg()))],
  ],
  possible: ({ parameters: { probs } }) => probs ? probs.greater(constant(0.5)).cast("float32") : zero(),
  mean: ({ probs }) => probs,
  mode: ({ probs }) => probs.greater(constant(0.5)).cast("float32"),
  variance: ({ parameters: { probs, logits } }) =>
    logits ? logits.sigmoid().mul(logits.neg().sigmoid()) : probs.mul(one().sub(probs)),
  entropy({ parameters: { probs, logits } }) {
    if (logits) {
      // The same for l and -l; on the negative side nothing cancels.
      const size = logits.abs(), away = size.neg(), isSure = away.equal(constant(-Infinity));
      return softplus(away).add(tf.where(isSure, zero(), size).mul(away.sigmoid()));
    }
    return xlogy(probs, probs).add(xlog1py(one().sub(probs), probs.neg())).neg();
  },
  cdf: (x, { probs }) => tf.where(x.less(one()), tf.where(x.less(zero()), zero(), one().sub(probs)), one()),
  logCdf: (x, d) => tf.where(x.less(one()), logSides(d).failure, zero()),
  logSurvival: (x, d) => tf.where(x.less(one()), logSides(d).success, constant(-Infinity)),
  icdf: (p, { probs }) => p.greater(one().sub(probs)).cast("float32"),
  values: () => tf.tensor([0, 1]),
};

/**
 * The Bernoulli distribution on 0 and 1. Parameter: the probability of a 1 as `probs`, `{ probs }`,
 * or by its log odds as `{ logits }`. Draws are float32. Other values are outside: grey pixels are
 * scored by a `factor` of minus `special.sigmoidCrossEntropy`.
 */
export class Bernoulli extends SuccessProbability {
  /**
   * Makes the distribution from its one parameter.
   * @throws Error unless exactly one of probs and logits is given.
   */
  constructor(probs: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    super(formulas, probsOrLogits("Bernoulli", probs, { probs: unitInterval, logits: real }), options);
  }
}
