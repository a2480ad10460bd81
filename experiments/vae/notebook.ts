/**
 * The parts that the experiment, its notebook and the benchmark share: images as batches, the
 * training, pictures and figures.
 *
 * @module
 */
export { Evaluation } from "./evaluation.ts";
export { elboFigure, reconstructionFigure, samplesFigure, walkFigure } from "./figures.ts";
export { epochOrder } from "@pyrosaur/pyrosaur/data";
export { batchAxes, batchOf, type Images, imagesOf, numbers } from "./images.ts";
export { picturesOf, reconstructions, samples, walk } from "./pictures.ts";
export { example, type TrainingConfig, tuned } from "./settings.ts";
export { PYRO } from "./targets.ts";
