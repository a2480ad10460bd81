import { constant, type TensorLike, tf } from "../../tensor/mod.ts";
import { exponential } from "../../tensor/random/mod.ts";
import { expm1, log1p, softplus, xlog1py, xlogy } from "../../tensor/special/mod.ts";
import { nonNegativeInteger, real, unitInterval } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import type { DistributionOptions } from "../parametric.ts";
import { SuccessProbability } from "../success_probability.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";

const one = () => constant(1);
/** The relative difference of an upper tail by which a probability counts as reached. */
const SLACK = 1e-6;
/** The log probabilities of a success, and of a failure. */
const logs = ({ parameters: { probs, logits } }: Geometric) => ({
  success: logits ? softplus(logits.neg()).neg() : probs.log(),
  failure: logits ? softplus(logits).neg() : log1p(probs.neg()),
});

const formulas: Formulas<Geometric> = {
  support: nonNegativeInteger,
  sample: (key, shape, d) => exponential(key, shape).div(logs(d).failure.neg()).floor(),
  samplePositive: (key, shape, d) => formulas.sample!(key, shape, d).add(one()),
  logDensity(value, d) {
    const { parameters: { probs, logits } } = d, { success } = logs(d);
    if (!logits) return success.add(xlog1py(value, probs.neg()));
    const finite = tf.where(value.equal(constant(0)), constant(0), logits);
    return success.sub(value.mul(softplus(finite)));
  },
  mean: ({ parameters: { logits }, probs }) => logits ? logits.neg().exp() : one().sub(probs).div(probs),
  mode: () => constant(0),
  variance: ({ parameters: { logits }, probs }) =>
    logits ? logits.neg().exp().mul(logits.neg().exp().add(one())) : one().sub(probs).div(probs.square()),
  entropy({ probs, parameters: { logits } }) {
    const fail = logits ? logits.neg().sigmoid() : one().sub(probs);
    return xlogy(fail, fail).add(xlogy(probs, probs)).neg().div(probs);
  },
  logSurvival: (value, d) => value.floor().add(one()).mul(logs(d).failure),
  cdf: (value, d) => expm1(value.floor().add(one()).mul(logs(d).failure)).neg(),
  icdf(_p, d, q) {
    const { failure } = logs(d), reached = tf.maximum(q.log().neg().sub(constant(SLACK)), constant(0));
    const isSure = failure.equal(constant(-Infinity)), count = reached.div(failure.neg()).ceil().sub(one());
    return tf.where(isSure, constant(0), tf.maximum(count, constant(0)));
  },
};

/**
 * The geometric distribution: the number of failures before the first success. Parameter: the
 * probability of success as `probs`, `{ probs }`, or by its log odds as `{ logits }`. Draws are
 * float32.
 */
export class Geometric extends SuccessProbability {
  /** The parameter has the batch shape. */
  constructor(probs: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    super(formulas, probsOrLogits("Geometric", probs, { probs: unitInterval, logits: real }), options);
  }
}
