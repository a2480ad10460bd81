import { constant, type Key, type Shape, type Tensor, tf } from "../../../tensor/mod.ts";
import { expm1, log1p } from "../../../tensor/special/mod.ts";

/**
 * Returns what is left of the time `length`, in which arrivals of rate 1 are known not to be none,
 * after the first one of them, and a key for the others. A count that is not 0 is that of the first
 * arrival and of those in the rest.
 */
export function afterFirst(key: Key, shape: Shape, length: Tensor): { rest: Tensor; restKey: Key } {
  const [firstKey, restKey] = key.split(2), u = firstKey.draw("uniform", shape);
  const first = log1p(u.mul(expm1(length.neg()))).neg();
  return { rest: tf.maximum(length.sub(first), constant(0)), restKey };
}
