import { constant, type Tensor, tf } from "../../../tensor/mod.ts";
import { logsumexp } from "../../../tensor/special/mod.ts";

/** The parameter of a categorical family: one of the two, along the last axis. */
interface CategoryParameters {
  readonly probs?: Tensor;
  readonly logits?: Tensor;
}

/** Returns probabilities along the last axis from either parameter. */
export function categoryProbs(given: CategoryParameters): Tensor {
  return given.probs ?? tf.softmax(given.logits!, -1);
}

/** Returns normalised log probabilities along the last axis from either parameter. */
export function categoryLogProbs(given: CategoryParameters): Tensor {
  return given.logits ? given.logits.sub(logsumexp(given.logits, -1, true)) : given.probs!.log();
}

/** Returns the entropy, from log probabilities along the last axis; impossible ones count 0. */
export function categoryEntropy(logProbs: Tensor): Tensor {
  const finite = tf.where(logProbs.greater(constant(-Infinity)), logProbs, constant(0));
  return logProbs.exp().mul(finite).sum(-1).neg();
}
