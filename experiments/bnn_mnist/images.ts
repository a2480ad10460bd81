import type { LabelledImages } from "@pyrosaur/pyrosaur/data";
import { type HostArray, type Key, random } from "@pyrosaur/pyrosaur/tensor";

/** The number of classes. */
export const CLASSES = 10;

/** Images as bytes, one a row. */
export interface Images {
  /** Grey values from 0 to 255: count x pixels. */
  readonly bytes: Uint8Array;
  /** Their number. */
  readonly count: number;
  /** Pixels along each side. */
  readonly side: number;
}

/** Images with the digits they show. */
export interface Digits extends Images {
  /** The digits, from 0 to 9. */
  readonly labels: Uint8Array;
}

/**
 * Returns the first images of a part of a data set.
 *
 * @throws Error where there are fewer, and where a digit is not among them.
 */
export function firstDigits(part: LabelledImages, count: number, what: string): Digits {
  if (part.count < count) {
    throw new Error(`Cannot take ${count} ${what} images: there are ${part.count}`);
  }
  const labels = part.labels.slice(0, count), pixels = part.rows * part.columns;
  const missing = Array.from({ length: CLASSES }, (_, digit) => digit).filter((d) => !labels.includes(d));
  if (missing.length > 0) {
    throw new Error(
      `Cannot use ${count} ${what} images: none shows ${
        missing.join(" or ")
      }, expected every digit from 0 to 9; ` +
        "take more images",
    );
  }
  return { bytes: part.images.slice(0, count * pixels), labels, count, side: part.rows };
}

const GREY = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Returns some of the images, by their numbers, as grey values from 0 to 1: [rows, pixels]. */
export function batchOf({ bytes, side }: Images, rows: ArrayLike<number>): HostArray {
  const pixels = side * side, data = new Float32Array(rows.length * pixels);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i] * pixels, to = i * pixels;
    for (let p = 0; p < pixels; p++) data[to + p] = GREY[bytes[from + p]];
  }
  return { data, shape: [rows.length, pixels] };
}

/** Returns the digits of some of the images: int32 [rows]. */
export const labelsOf = ({ labels }: Digits, rows: ArrayLike<number>): HostArray => ({
  data: Int32Array.from(rows, (row) => labels[row]),
  shape: [rows.length],
});

/** Epochs are shuffled by a key of their own. */
const SHUFFLE = 1;

/** Returns the numbers of the images in the order of an epoch. */
export const shuffled = (key: Key, epoch: number, count: number): Int32Array =>
  random.permutation(key.foldIn(SHUFFLE).foldIn(epoch), count).dataSync() as Int32Array;
