import type { LossFunction } from "../../infer/mod.ts";
import { constant, type Key, random, type Tensor, tf } from "../../tensor/mod.ts";

/**
 * Draws a context of random size: every number of points from `least` to `most` is as likely, and
 * so are all sets of that size.
 *
 * @returns bool [points]
 * @throws Error unless 0 < least <= most < points.
 *
 * @example
 * ```ts
 * import { randomContext } from "@pyrosaur/pyrosaur/models";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const known = randomContext(random.key(0), 5, 2, 2);
 * assert.equal(known.cast("float32").sum().dataSync()[0], 2);
 * ```
 */
export function randomContext(key: Key, points: number, least: number, most: number): Tensor {
  const whole = [points, least, most].every(Number.isSafeInteger);
  if (!(whole && 0 < least && least <= most && most < points)) {
    throw new Error(
      `Cannot choose a context of ${least} to ${most} of ${points} points: expected at least 1, and fewer than all`,
    );
  }
  const [forSize, forOrder] = key.split(2);
  const size = random.uniform(forSize, []).mul(constant(most - least + 1)).floor().add(constant(least));
  const order = random.uniform(forOrder, [points]);
  // A point's place in a random order is the number of points before it.
  const before = order.expandDims(0).less(order.expandDims(1)).cast("float32").sum(1);
  return before.less(size);
}

/**
 * Returns a loss for a function of which other points are known at each step: model and guide,
 * which take `NeuralProcessPoints`, get those of the arguments x and y with a context that is drawn
 * anew; the other points are the targets.
 *
 * @param loss such as that of `new TraceMeanFieldELBO()`
 * @param least the smallest number of points in a context
 * @param most the largest
 */
export function withRandomContext(loss: LossFunction, least: number, most: number): LossFunction {
  return (key, model, guide, args) => {
    const [x, y] = args as [Tensor, Tensor], [forContext, forLoss] = key.split(2);
    const context = randomContext(forContext, x.shape[0], least, most);
    return loss(forLoss, model, guide, [{ x, y, context, target: tf.logicalNot(context) }]);
  };
}
