import type { CompileOptions } from "../../lib/compile/mod.ts";
import type { Polyphonic } from "../../lib/data/mod.ts";
import type { SVIState } from "../../lib/infer/mod.ts";
import { dmm, type DMMOptions } from "../../lib/models/dmm/mod.ts";
import type { ProgressBar } from "../../lib/results/experiment.ts";
import { random } from "../../lib/tensor/mod.ts";
import { Evaluation } from "./evaluation.ts";
import type { DmmConfig } from "./profiles.ts";
import { sequencesOf } from "./sequences.ts";
import { type Curves, train } from "./train.ts";

/** A model to be trained and measured: plain data, so that a Worker can be sent it. */
export interface Task extends Omit<DmmConfig, "iafs"> {
  /** How many flows the guide has. */
  readonly numIafs: number;
  /** The pieces. */
  readonly pieces: Polyphonic;
  /** What checkpoints call them: their sha256, or where they were simulated. */
  readonly data: string;
  readonly seed: number;
  /** A folder of its own for checkpoints. */
  readonly folder: string;
  readonly resume: boolean;
  readonly compile: Pick<CompileOptions, "engine" | "device" | "dtype">;
}

/** A trained model and what was measured on it: plain data as well. */
export interface Fit {
  readonly numIafs: number;
  /** The sizes of the model. */
  readonly options: DMMOptions;
  /** The parameters that were best on the validation part. */
  readonly params: SVIState["params"];
  /** The epoch they are from. */
  readonly bestEpoch: number;
  readonly curves: Curves;
  readonly seconds: number;
  readonly restarts: number;
  /** Negative ELBOs a time slice at these parameters, one a draw. */
  readonly validNll: readonly number[];
  /** The same of the test part. */
  readonly testNll: readonly number[];
  /** The same of the test part at the last epoch's parameters. */
  readonly lastTestNll: readonly number[];
  /** Negative importance-weighted bounds of the test part, one for each number of draws. */
  readonly bounds: readonly number[];
}

/** Draws of measurements: apart from those of training. */
const MEASURE = 4;

/** Trains a model, or goes on with it, and measures it. */
export async function fit(task: Task, bar?: ProgressBar): Promise<Fit> {
  const { numIafs, sizes, training, pieces, data, seed, folder, resume, draws } = task;
  const options = { ...sizes, numIafs }, model = dmm(options), key = random.key(seed);
  const splits = {
    train: sequencesOf(pieces.train),
    valid: sequencesOf(pieces.valid),
    test: sequencesOf(pieces.test),
  };
  const { state, best, bestEpoch, curves, seconds, restarts } = await train(model, splits, training, key, {
    // What is as in the tutorial has no mark, nor has the first seed.
    marks: { ...sizes, numIafs, data, ...(seed > 0 && { seed }) },
    folder,
    resume,
    compile: task.compile,
    bar,
  });
  const evaluation = new Evaluation(model, { ...task.compile, threads: training.threads });
  const [forValid, forTest, forLast, forBounds] = key.foldIn(MEASURE).split(4);
  const measure = async (params: Fit["params"], part: typeof splits.test, own: typeof key) => {
    const values: number[] = [];
    for (let i = 0; i < draws; i++) values.push(await evaluation.nll(params, part, own.foldIn(i)));
    return values;
  };
  try {
    return {
      numIafs,
      options,
      params: best,
      bestEpoch,
      curves,
      seconds,
      restarts,
      validNll: await measure(best, splits.valid, forValid),
      testNll: await measure(best, splits.test, forTest),
      lastTestNll: await measure(state.params, splits.test, forLast),
      bounds: await evaluation.bounds(best, splits.test, forBounds, task.bounds),
    };
  } finally {
    await evaluation.release();
  }
}
