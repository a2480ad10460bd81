import { constant, primitive, type Tensor, tf } from "../../../tensor/mod.ts";
import { xlogy } from "../../../tensor/special/mod.ts";
import { broadcastTo } from "../../shapes.ts";

/** The parameter of a categorical family: one of the two, along the last axis. */
interface CategoryParameters {
  readonly probs?: Tensor;
  readonly logits?: Tensor;
}

/** A logit that no sum with others changes; an infinite one, a sure outcome, counts as it. */
const SURE = 1e30;
const finite = (logits: Tensor): Tensor => tf.minimum(logits, constant(SURE));
/** Makes the log probability of what a sure outcome excludes -Infinity. */
const excluded = (logProbs: Tensor): Tensor =>
  tf.where(logProbs.less(constant(-SURE / 2)), constant(-Infinity), logProbs);

/** Returns logits of which the random generator can draw. */
export function drawableLogits({ probs, logits }: CategoryParameters): Tensor {
  return logits ? finite(logits) : probs!.log();
}

/** Returns probabilities along the last axis from either parameter. */
export function categoryProbs({ probs, logits }: CategoryParameters): Tensor {
  return probs ?? tf.softmax(finite(logits!), -1);
}

/** Returns normalised log probabilities along the last axis from either parameter. */
export function categoryLogProbs({ probs, logits }: CategoryParameters): Tensor {
  if (!logits) return probs!.log();
  return excluded(tf.logSoftmax(finite(logits)));
}

/** Returns the element of a row, along the last axis, for which a condition holds. */
type Choose = (row: Tensor) => Tensor;

/** Makes the choice of the elements for which a condition, along the last axis, holds. */
export const whereTrue = (isChosen: Tensor): Choose => (row) => tf.where(isChosen, row, constant(0)).sum(-1);

/** Up to this number categories that all values share are gone through without an axis of them. */
const FEW = 16;

/** Makes the choice of the elements at an index. */
export const atIndex = (index: Tensor): Choose => (row) => {
  const [count, ...others] = [...row.shape].reverse();
  if (others.length > 0 || count > FEW) {
    return whereTrue(index.expandDims(-1).equal(tf.range(0, count, 1, "float32")))(row);
  }
  const element = (k: number) => row.slice([k], [1]).reshape([]);
  return Array.from({ length: count }, (_, k) => k).slice(1).reduce(
    (chosen, k) => tf.where(index.equal(constant(k)), element(k), chosen),
    broadcastTo(element(0), index.shape),
  );
};

/** The logarithm, whose derivative is 0 where nothing comes from it. */
const logOfChosen = primitive({
  name: "logOfChosen",
  forward: (x) => x.log(),
  vjp(cotangent, _output, x) {
    const isNone = cotangent.equal(constant(0));
    return [tf.where(isNone, constant(0), cotangent.div(tf.where(isNone, constant(1), x)))];
  },
});

/**
 * Returns the log probability of a chosen category. The others are left out before the logarithm,
 * so that impossible ones have gradient 0.
 *
 * @param isShared whether many values have the same probabilities, of which logarithms are taken
 * once (default false)
 */
export function chosenLogProb(
  { probs, logits }: CategoryParameters,
  chosen: Choose,
  isShared = false,
): Tensor {
  if (isShared) return chosen(logits ? categoryLogProbs({ logits }) : logOfChosen(probs!));
  if (!logits) return chosen(probs!).log();
  // The largest logit is taken from all: what they have in common costs no digits.
  return excluded(chosen(tf.logSoftmax(finite(logits))));
}

/** Returns log probabilities along the last axis, 0 with gradient 0 where `isKept` is false. */
export function keptLogProbs({ probs, logits }: CategoryParameters, isKept: Tensor): Tensor {
  return logits
    ? tf.where(isKept, categoryLogProbs({ logits }), constant(0))
    : tf.where(isKept, probs!, constant(1)).log();
}

/** Returns the entropy; impossible categories count 0. */
export function categoryEntropy(given: CategoryParameters): Tensor {
  if (given.probs) return xlogy(given.probs, given.probs).sum(-1).neg();
  const logProbs = categoryLogProbs(given), isPossible = logProbs.greater(constant(-Infinity));
  return logProbs.exp().mul(tf.where(isPossible, logProbs, constant(0))).sum(-1).neg();
}
