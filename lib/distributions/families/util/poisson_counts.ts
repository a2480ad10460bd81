import { constant, type Tensor, tf } from "../../../tensor/mod.ts";
import { lgammaCorrectionFrom1, ratioDivergence } from "../../../tensor/special/mod.ts";

// Counts that add up to a total are Poisson counts, given their total. The log probability of a
// Poisson count is that of one at its mean, by Stirling's formula, less a divergence from the mean,
// so that nothing cancels, however large the counts are (Loader, "Fast and accurate computation of
// binomial probabilities", 2000).

/**
 * Returns the divergence of a Poisson count from its mean, which may be 0.
 *
 * @param excess mean - count, as exactly as the caller knows it
 */
export function divergenceFromMean(
  count: Tensor,
  mean: Tensor,
  excess: Tensor = mean.sub(count),
): Tensor {
  const { isZero, k } = positive(count);
  const difference = tf.where(isZero, constant(0), excess), from = tf.where(isZero, constant(1), mean);
  return tf.where(isZero, mean, k.mul(ratioDivergence(difference, from, k)));
}

/** Returns minus the log probability of a Poisson count that is its mean. */
export function logOfLargest(count: Tensor): Tensor {
  const { isZero, k } = positive(count);
  const log = k.mul(constant(2 * Math.PI)).log().mul(constant(0.5)).add(lgammaCorrectionFrom1(k));
  return tf.where(isZero, constant(0), log);
}

/**
 * Returns the log probability of counts that are their means, given their total.
 *
 * @param isWhole true where one count is the total: the two sides are the same, and need not cancel
 * @param counts the sum of `logOfLargest` over the counts
 */
export function logAtMeans(total: Tensor, isWhole: Tensor, counts: Tensor): Tensor {
  return tf.where(isWhole, constant(0), logOfLargest(total).sub(counts));
}

/** The counts that are not 0; 1 stands for the others. */
function positive(count: Tensor): { isZero: Tensor; k: Tensor } {
  const isZero = count.equal(constant(0));
  return { isZero, k: tf.where(isZero, constant(1), count) };
}
