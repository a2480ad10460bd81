import {
  loadNeuralProcess,
  neuralProcessPredictive,
  type TrainedNeuralProcess,
} from "@pyrosaur/pyrosaur/models";
import { random, toHostArray } from "@pyrosaur/pyrosaur/tensor";
import type { Exportable, PartToExport } from "@pyrosaur/pyrosaur/serve";
import { column, GRID, X, Y } from "./system.ts";

/**
 * Returns the served part of a Neural Process: predictions at any places, from any points, with any
 * number of functions.
 */
function npExports({ np, params }: TrainedNeuralProcess): PartToExport[] {
  const predict = neuralProcessPredictive(np, params);
  const example = (points: number, places: readonly number[], draws: number) => [
    column(X.slice(0, points)),
    column(Y.slice(0, points)),
    column(places),
    toHostArray(random.normal(random.key(points), [draws, np.options.zDim])),
  ];
  return [{
    name: "np_predictive",
    part(x, y, places, noise) {
      const { mean, sd, functions } = predict(x, y, places, noise);
      return { mean, sd, functions };
    },
    inputs: {
      context_x: ["context", null],
      context_y: ["context", null],
      target_x: ["targets", null],
      noise: ["draws", null],
    },
    batches: false,
    examples: [example(5, GRID, 100), example(1, [0.5], 1), example(3, [-1, 7, 2], 9)],
  }];
}

/** Reads a file of parameters. @throws (rejects) Error where it is not of a Neural Process. */
export async function exportableOf(path: string): Promise<Exportable> {
  const trained = await loadNeuralProcess(path);
  return { parts: npExports(trained), metadata: trained.metadata };
}
