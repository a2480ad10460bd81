import type { LabelledImages } from "@pyrosaur/pyrosaur/data";
import type { HostArray, Key } from "@pyrosaur/pyrosaur/tensor";
import { random } from "@pyrosaur/pyrosaur/tensor";

/** Images as bytes, one a row. */
export interface Images {
  /** Grey values from 0 to 255: count x pixels. */
  readonly bytes: Uint8Array;
  /** Their number. */
  readonly count: number;
  /** Pixels of each. */
  readonly pixels: number;
}

/** Images of a data set, without their labels. */
export const imagesOf = ({ images, count, rows, columns }: LabelledImages): Images => ({
  bytes: images,
  count,
  pixels: rows * columns,
});

const GREY = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Returns some of the images, by their numbers, as grey values from 0 to 1: [rows, pixels]. */
export function batchOf({ bytes, pixels }: Images, rows: ArrayLike<number>): HostArray {
  const data = new Float32Array(rows.length * pixels);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i] * pixels, to = i * pixels;
    for (let p = 0; p < pixels; p++) data[to + p] = GREY[bytes[from + p]];
  }
  return { data, shape: [rows.length, pixels] };
}

/** Counts up from a number. */
export const numbers = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

/** Names of the axes of a batch. */
export const batchAxes: (string | null)[] = ["batch", null];

/** Epochs are shuffled by a key of their own. */
const SHUFFLE = 1;

/** Returns the numbers of the images in the order of an epoch. */
export function shuffled(key: Key, epoch: number, count: number): Int32Array {
  return random.permutation(key.foldIn(SHUFFLE).foldIn(epoch), count).dataSync() as Int32Array;
}
