import { constant, type Tensor, tf } from "../../../tensor/mod.ts";
import { lgammaCorrection, ratioDivergence } from "../../../tensor/special/mod.ts";

/**
 * Returns the log probability of Poisson counts with a mean, also of mean 0, by Stirling's formula
 * and a divergence from the mean: nothing cancels, however large the counts are. Counts that add up
 * to a known total are Poisson counts, given their total (Loader, "Fast and accurate computation of
 * binomial probabilities", 2000).
 *
 * @param excess mean - count, as exactly as the caller knows it
 */
export function poissonLogProb(count: Tensor, mean: Tensor, excess: Tensor = mean.sub(count)): Tensor {
  const isZero = count.equal(constant(0)), k = tf.where(isZero, constant(1), count);
  const rest = k.mul(constant(2 * Math.PI)).log().mul(constant(0.5)).add(lgammaCorrection(k));
  const difference = tf.where(isZero, constant(0), excess), from = tf.where(isZero, constant(1), mean);
  return tf.where(isZero, mean.neg(), k.mul(ratioDivergence(difference, from, k)).add(rest).neg());
}
