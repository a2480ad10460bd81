import { type DrawKind, Key } from "../../key.ts";
import { type Shape, type Tensor, tf } from "../../tf.ts";

/** A key whose draws are zeros, for finding out what a function draws. */
export class ZeroKey extends Key {
  override split(count: number = 2): Key[] {
    return Array(count).fill(this);
  }
  override foldIn(): Key {
    return this;
  }
  override draw(_kind: DrawKind, shape: Shape): Tensor {
    return tf.fill(shape, 0);
  }
}
