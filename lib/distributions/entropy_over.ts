import { constant, type Tensor, tf } from "../tensor/mod.ts";
import type { Distribution } from "./distribution.ts";

/** Returns the entropy of a distribution over all of its values; impossible ones count 0. */
export function entropyOver(d: Distribution, values: Tensor): Tensor {
  const logProbs = d.logProb(values), isPossible = logProbs.greater(constant(-Infinity));
  return logProbs.exp().mul(tf.where(isPossible, logProbs, constant(0))).sum(0).neg();
}
