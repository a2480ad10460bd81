import type { DmmConfig } from "../../experiments/dmm/profiles.ts";
import type { Task } from "../../experiments/dmm/fits.ts";
import type { Chorales, Polyphonic } from "../../lib/data/mod.ts";

/** A training of a moment, of a model that can learn hardly anything. */
export const tinyConfig: DmmConfig = {
  iafs: [0, 1],
  training: {
    epochs: 3,
    batch: 4,
    optimiser: { lr: 1e-3 },
    annealing: { from: 0.2, epochs: 2 },
    evaluateEvery: 2,
    samples: 1,
    threads: 1,
    checkpointMinutes: 0,
  },
  sizes: { zDim: 3, emissionDim: 4, transitionDim: 5, rnnDim: 6, iafDim: 7 },
  draws: 2,
  bounds: [1, 2],
};

/** Pieces of a few chords each, the same everywhere. */
const some = (count: number, offset: number): Chorales =>
  Array.from(
    { length: count },
    (_, i) =>
      Array.from({ length: 3 + (i + offset) % 5 }, (_, t) => [50 + (i + t) % 7, 60 + (3 * i + t) % 11]),
  );

/** A few small pieces in the form of the real ones. */
export const tinyPieces: Polyphonic = { train: some(9, 0), valid: some(3, 1), test: some(2, 2) };

/** A task of the above. */
export const tinyTask = (folder: string, change: Partial<Task> = {}): Task => {
  const { iafs: _, ...config } = tinyConfig;
  return {
    ...config,
    numIafs: 0,
    pieces: tinyPieces,
    data: "tiny pieces",
    seed: 0,
    folder,
    resume: false,
    compile: { engine: "onnx" },
    ...change,
  };
};
