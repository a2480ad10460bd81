import { constant, type Tensor, tf } from "../../../tensor/mod.ts";

/**
 * Returns a moment that exists for a tail's power above a number, and is infinite up to it. It is
 * given what the power exceeds the number by, which is positive.
 */
export function momentAbove(least: number, power: Tensor, moment: (excess: Tensor) => Tensor): Tensor {
  const exists = power.greater(constant(least)), excess = power.sub(constant(least));
  return tf.where(exists, moment(tf.where(exists, excess, constant(1))), constant(Infinity));
}
