import { greyImages, type LabelledImages } from "@pyrosaur/pyrosaur/data";
import type { HostArray } from "@pyrosaur/pyrosaur/tensor";

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

/** Returns some of the images, by their numbers, as grey values from 0 to 1: [rows, pixels]. */
export const batchOf = ({ bytes, side }: Images, rows: ArrayLike<number>): HostArray =>
  greyImages(bytes, side * side, rows);

/** Returns the digits of some of the images: int32 [rows]. */
export const labelsOf = ({ labels }: Digits, rows: ArrayLike<number>): HostArray => ({
  data: Int32Array.from(rows, (row) => labels[row]),
  shape: [rows.length],
});
