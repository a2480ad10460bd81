import { constant } from "../../constant.ts";
import type { Key } from "../../key.ts";
import { type Shape, type Tensor, tf } from "../../tf.ts";

/** A uniform between 0 and 1 by its distances to both, each with all its digits. */
export interface FineUniform {
  /** The distance to 0. */
  readonly lower: Tensor;
  /** The distance to 1. */
  readonly upper: Tensor;
}

/** The distance of two values of a uniform of one word. */
const STEP = 2 ** -23;

/**
 * Draws uniforms of two words each: of 46 bits, never 0 or 1, for tails of which one word has only
 * the multiples of 2^-23.
 */
export function fineUniform(key: Key, shape: Shape): FineUniform {
  const [first, second] = tf.unstack(key.draw("uniform", [2, ...shape])) as [Tensor, Tensor];
  const rest = second.add(constant(STEP / 2)).mul(constant(STEP));
  return { lower: first.add(rest), upper: constant(1).sub(first).sub(rest) };
}

/** With a mean of 10, larger counts come up once in 10^10 draws. */
const MOST = 36;

/**
 * Returns the quantile of a uniform among counts from 0 on, of a mean of at most 10: the last count
 * of which the probability that it is reached is above the uniform's distance to 1.
 *
 * @param upper the distance to 1, divided by the probability of 0
 * @param odds the probability of a count by that of the count before, times the count itself
 */
export function smallCount(upper: Tensor, odds: (count: number) => Tensor): Tensor {
  // By the probability of the count before each: neither powers nor factorials become too small.
  const ratios = Array.from({ length: MOST }, (_, i) => odds(i + 1).mul(constant(1 / (i + 1))));
  const reached: Tensor[] = [];
  ratios.reduceRight((rest, ratio, i) => reached[i] = ratio.mul(rest.add(constant(1))), constant(0));
  let place = upper, count = tf.zerosLike(upper) as Tensor;
  reached.forEach((share, i) => {
    count = count.add(place.less(share).cast("float32"));
    place = place.div(ratios[i]);
  });
  return count;
}
