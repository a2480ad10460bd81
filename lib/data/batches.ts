import type { HostArray, Key } from "../tensor/mod.ts";
import { permutation } from "../tensor/random/mod.ts";

const GREY = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * Returns some of many images as grey values from 0 to 1: [rows, pixels].
 *
 * @param bytes grey values from 0 to 255, image after image
 * @param pixels the pixels of each image
 * @param rows the numbers of the images to take
 *
 * @example The second of two images
 * ```ts
 * import { greyImages } from "@pyrosaur/pyrosaur/data";
 * import assert from "node:assert/strict";
 *
 * const { data, shape } = greyImages(Uint8Array.of(0, 51, 255, 0), 2, [1]);
 * assert.deepEqual([[...data], shape], [[1, 0], [1, 2]]);
 * ```
 */
export function greyImages(bytes: Uint8Array, pixels: number, rows: ArrayLike<number>): HostArray {
  const data = new Float32Array(rows.length * pixels);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i] * pixels, to = i * pixels;
    for (let p = 0; p < pixels; p++) data[to + p] = GREY[bytes[from + p]];
  }
  return { data, shape: [rows.length, pixels] };
}

/** Orders of epochs are drawn by keys of their own. */
const SHUFFLE = 1;

/**
 * Returns the numbers of `count` data in the order of an epoch, which the key and the number of the
 * epoch alone decide: a training that goes on meets them as one that never stopped.
 *
 * @param key the key of the training
 *
 * @example Each once, in another order each epoch
 * ```ts
 * import { epochOrder } from "@pyrosaur/pyrosaur/data";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const [first, second] = [0, 1].map((epoch) => epochOrder(random.key(0), epoch, 50));
 * assert.deepEqual(first.toSorted(), second.toSorted());
 * assert.notDeepEqual(first, second);
 * ```
 */
export function epochOrder(key: Key, epoch: number, count: number): Int32Array {
  return permutation(key.foldIn(SHUFFLE).foldIn(epoch), count).dataSync() as Int32Array;
}
