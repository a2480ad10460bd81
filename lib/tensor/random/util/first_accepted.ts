import { type Tensor, tf } from "../../tf.ts";

/**
 * Returns, along the first axis, the value of the first proposal that is accepted (of the very
 * first proposal where none is). Rejection sampling in a graph has no loop to run until acceptance:
 * so many proposals are drawn at once that all failing is rarer than one in 10^9.
 */
export function firstAccepted(accepted: Tensor, values: Tensor): Tensor {
  const count = values.shape[0];
  const order = tf.tensor(Float32Array.from({ length: count }, (_, k) => count - 1 - k), [
    count,
    ...values.shape.slice(1).map(() => 1),
  ]);
  const score = accepted.cast("float32").mul(count).add(order);
  const chosen = score.equal(score.max(0, true));
  return tf.where(chosen, values, tf.zerosLike(values)).sum(0);
}
