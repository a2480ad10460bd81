import { constant, type Tensor, tf } from "../../../tensor/mod.ts";
import { lgammaCorrection, ratioDivergence } from "../../../tensor/special/mod.ts";

/**
 * Returns the log probability of Poisson counts with a mean, also of mean 0, by Stirling's formula
 * and a divergence from the mean: nothing cancels, however large the counts are. Counts that add up
 * to a known total are Poisson counts, given their total (Loader, "Fast and accurate computation of
 * binomial probabilities", 2000).
 */
export function poissonLogProb(count: Tensor, mean: Tensor): Tensor {
  return divergenceFromMean(count, mean, mean.sub(count)).add(logOfLargest(count)).neg();
}

/**
 * Returns minus the part of the log probability that depends on the mean: 0 where it is the count.
 *
 * @param excess mean - count, as exactly as the caller knows it
 */
export function divergenceFromMean(count: Tensor, mean: Tensor, excess: Tensor): Tensor {
  const { isZero, k } = positive(count);
  const difference = tf.where(isZero, constant(0), excess), from = tf.where(isZero, constant(1), mean);
  return tf.where(isZero, mean, k.mul(ratioDivergence(difference, from, k)));
}

/** Returns minus the log probability of a count that is the mean, by Stirling's formula. */
export function logOfLargest(count: Tensor): Tensor {
  const { isZero, k } = positive(count);
  const log = k.mul(constant(2 * Math.PI)).log().mul(constant(0.5)).add(lgammaCorrection(k));
  return tf.where(isZero, constant(0), log);
}

/** The counts that are not 0; 1 stands for the others. */
function positive(count: Tensor): { isZero: Tensor; k: Tensor } {
  const isZero = count.equal(constant(0));
  return { isZero, k: tf.where(isZero, constant(1), count) };
}
