import { vjp } from "../../compile/mod.ts";
import { constant, type Tensor, tf } from "../../tensor/mod.ts";

/**
 * Chooses as many of N weighed particles as there are, systematically (Kitagawa 1996): at the
 * places (i + u) / N of the line on which each has its weight as length. Of the order of N
 * operations.
 *
 * @param weights numbers that sum to 1, `[N]`
 * @param u a number of at least 0 and below 1
 * @returns the chosen ones' numbers, int32 `[N]`, in order
 */
export function ancestorsOf(weights: Tensor, u: Tensor): Tensor {
  const [n] = weights.shape, sums = weights.cumsum();
  // The number of places left of the end of each particle; that of the last one is N, exactly.
  const ends = sums.div(sums.slice([n - 1], [1])).mul(constant(n)).sub(u).ceil();
  const counted = ends.maximum(constant(0)).minimum(constant(n)).cast("int32");
  // A particle lies left of place i where its end is at most i: how many do is the choice there.
  const look = (all: Tensor) => tf.gather(all, counted);
  const [atEnd] = vjp(look, [tf.zeros([n + 1])], tf.ones([n])).cotangents as [Tensor];
  return atEnd.cumsum().slice([0], [n]).minimum(constant(n - 1)).cast("int32");
}
