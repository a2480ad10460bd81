import type { LabelledImages } from "@pyrosaur/pyrosaur/data";
import type { VaeParts } from "@pyrosaur/pyrosaur/models";
import type { Images as Pictures } from "@pyrosaur/pyrosaur/plot";
import { type Key, random, type Tensor, tf, toTensor } from "@pyrosaur/pyrosaur/tensor";
import { batchOf, imagesOf, numbers } from "./images.ts";

const rowsOf = (table: Tensor): number[][] => table.arraySync() as number[][];

/** Returns images of a data set as grey values, by their numbers. */
export function picturesOf(images: LabelledImages, rows: ArrayLike<number>): Pictures {
  return rowsOf(toTensor(batchOf(imagesOf(images), rows)));
}

/** Returns the means of the latent variables of the first images. */
export function meansOf(parts: VaeParts, images: LabelledImages, count: number): number[][] {
  return tf.tidy(() => rowsOf(parts.encoder(toTensor(batchOf(imagesOf(images), numbers(0, count)))).loc));
}

/** Returns the probabilities of pixels given z as drawn for each image. */
export function reconstructions(
  parts: VaeParts,
  images: LabelledImages,
  rows: ArrayLike<number>,
  key: Key,
): number[][] {
  return tf.tidy(() => {
    const { loc, scale } = parts.encoder(toTensor(batchOf(imagesOf(images), rows)));
    return rowsOf(parts.decoder(random.normal(key, loc.shape).mul(scale).add(loc)));
  });
}

/** Returns images of latent variables drawn from the prior. */
export function samples(parts: VaeParts, zDim: number, count: number, key: Key): number[][] {
  return tf.tidy(() => rowsOf(parts.decoder(random.normal(key, [count, zDim]))));
}

/**
 * Returns images on the straight way between the means of two images, both ends included; nothing
 * where there is no image of a digit.
 *
 * @param from the digit that it begins with, its first image
 */
export function walk(
  parts: VaeParts,
  images: LabelledImages,
  [from, to]: readonly [from: number, to: number],
  steps: number,
): number[][] {
  const ends = [from, to].map((digit) => images.labels.indexOf(digit));
  if (ends.includes(-1)) return [];
  return tf.tidy(() => {
    const [a, b] = tf.unstack(parts.encoder(toTensor(batchOf(imagesOf(images), ends))).loc);
    const share = tf.linspace(0, 1, steps).reshape([steps, 1]);
    return rowsOf(parts.decoder(share.mul(b.sub(a)).add(a)));
  });
}

/** Returns the mean of the smaller one of p and 1 - p over pixels. */
export function doubt(probabilities: readonly (readonly number[])[]): number {
  let sum = 0, count = 0;
  for (const row of probabilities) for (const p of row) [sum, count] = [sum + Math.min(p, 1 - p), count + 1];
  return sum / count;
}
