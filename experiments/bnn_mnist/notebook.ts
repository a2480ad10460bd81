/**
 * The parts that the experiment and its notebook share: images, trainings, distortions.
 *
 * @module
 */
export { inverted, noiseImages, overlaid, rotated, shuffledTiles } from "./distortions.ts";
export { batchOf, CLASSES, firstDigits, type Images, labelsOf } from "./images.ts";
export { classifierOf, sizesOf } from "./methods.ts";
export { targets } from "./targets.ts";
