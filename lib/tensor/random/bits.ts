import type { Key } from "../key.ts";
import type { Shape } from "../tf.ts";
import { concreteKey } from "./keys/concrete_key.ts";
import { checkShape } from "./util/checks.ts";
import { sizeOf } from "../shape.ts";
import { fillStreams } from "./generator/streams.ts";

/** Random words with a shape; tfjs has no unsigned integers. */
export interface BitsArray {
  /** The words, row by row. */
  readonly data: Uint32Array<ArrayBuffer>;
  /** One size per axis. */
  readonly shape: Shape;
}

/** Draws random 32-bit words (default: a scalar) from an untraced key. `jax.random.bits`. */
export function bits(key: Key, shape: Shape = []): BitsArray {
  checkShape("bits", shape);
  const data = new Uint32Array(sizeOf(shape));
  fillStreams("bits", concreteKey("bits", key).words(), 1, data.length, data, 0);
  return { data, shape: [...shape] };
}
