import { type DrawKind, Key } from "../../key.ts";
import { sameShape } from "../../shape.ts";
import { type Shape, type Tensor, tf } from "../../tf.ts";

/**
 * A key whose draw is given: it makes the randomness of a function an argument. The draw of
 * `foldIn(i)`, which is that of step i of a loop, is row i; keys that are split off give the same.
 *
 * @example A normal distribution from noise of one's own
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const noise = new random.GivenKey(tf.tensor1d([0, 1, -1]));
 * assert.deepEqual(new Normal(tf.zeros([3]), 2).sample(noise).arraySync(), [0, 2, -2]);
 * ```
 */
export class GivenKey extends Key {
  /** A key that draws some values. */
  constructor(private readonly values: Tensor) {
    super();
  }
  override split(count: number = 2): Key[] {
    return Array(count).fill(this);
  }
  override foldIn(data: number): Key {
    return new GivenKey(tf.squeeze(tf.slice(this.values, [data], [1]), [0]));
  }
  /** @throws Error where the values have another shape. */
  override draw(_kind: DrawKind, shape: Shape): Tensor {
    if (sameShape(shape, this.values.shape)) return this.values;
    throw new Error(`Cannot draw [${shape}]: the values that were given have shape [${this.values.shape}]`);
  }
}
