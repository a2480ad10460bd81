import type { DmmConfig } from "../../experiments/dmm/settings.ts";
import type { DmmTask, Fit } from "../../experiments/dmm/task.ts";
import { perform } from "../../experiments/dmm/worker.ts";
import type { Chorales, Polyphonic } from "../../lib/data/mod.ts";
import type { Tell } from "../../lib/workers/mod.ts";

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
export const tinyTask = (change: Partial<DmmTask> = {}): DmmTask => {
  const { iafs: _, ...config } = tinyConfig;
  return {
    ...config,
    numIafs: 0,
    pieces: tinyPieces,
    data: "tiny pieces",
    seed: 0,
    compile: { engine: "onnx", device: "cpu", dtype: "float32" },
    ...change,
  };
};

/** Trains and measures such a model. */
export const fit = (
  folder: string,
  { resume = false, tell = () => {}, ...change }: Partial<DmmTask> & { resume?: boolean; tell?: Tell } = {},
): Promise<Fit> => perform(tinyTask(change), tell, { folder, resume });
