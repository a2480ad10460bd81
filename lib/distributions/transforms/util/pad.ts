import { type Tensor, tf } from "../../../tensor/mod.ts";

/** The tensor with zeros put before and after it along its last axis. */
export function padLast(x: Tensor, before: number, after: number): Tensor {
  const pads: [number, number][] = x.shape.map(() => [0, 0]);
  pads[x.rank - 1] = [before, after];
  return x.pad(pads);
}

/** The entries from `begin` on, `size` of them (default: all the rest), along the last axis. */
export function sliceLast(x: Tensor, begin: number, size: number = x.shape[x.rank - 1] - begin): Tensor {
  const start = x.shape.map(() => 0);
  start[x.rank - 1] = begin;
  return x.slice(start, [...x.shape.slice(0, -1), size]);
}

/** The running sums along the last axis. (tfjs takes no negative axis here.) */
export function cumsumLast(x: Tensor, exclusive = false, reverse = false): Tensor {
  return tf.cumsum(x, x.rank - 1, exclusive, reverse);
}
