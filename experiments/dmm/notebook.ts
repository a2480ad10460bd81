/**
 * The parts of the experiment that its notebook, the demonstration and the benchmarks share: the
 * data as batches, the training, reconstructions and compositions, figures, and the models to
 * serve.
 *
 * @module
 */
export { bothSettings, settingsFigure, settingsTable } from "./both_settings.ts";
export { dmmExports } from "./export.ts";
export { compositionFigure, reconstructionFigure } from "./figures.ts";
export { chordsOf, compose, reconstruct } from "./rolls.ts";
export { type Batch, batchAxes, batchOf, LOWEST, NOTES, notesOf, sequencesOf } from "./sequences.ts";
export { type TrainingConfig, tutorial } from "./settings.ts";
export { type Curves, train } from "./train.ts";
