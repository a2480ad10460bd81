import { greyImages, type LabelledImages } from "@pyrosaur/pyrosaur/data";
import type { HostArray } from "@pyrosaur/pyrosaur/tensor";

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

/** Returns some of the images, by their numbers, as grey values from 0 to 1: [rows, pixels]. */
export const batchOf = ({ bytes, pixels }: Images, rows: ArrayLike<number>): HostArray =>
  greyImages(bytes, pixels, rows);

/** Counts up from a number. */
export const numbers = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

/** Names of the axes of a batch. */
export const batchAxes: (string | null)[] = ["batch", null];
