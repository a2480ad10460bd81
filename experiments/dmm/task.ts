import type { Polyphonic } from "@pyrosaur/pyrosaur/data";
import type { SVIState } from "@pyrosaur/pyrosaur/infer";
import { dmm, type DmmOptions } from "@pyrosaur/pyrosaur/models";
import type { Settings } from "@pyrosaur/pyrosaur/results";
import { random } from "@pyrosaur/pyrosaur/tensor";
import type { Tell, Workspace } from "@pyrosaur/pyrosaur/workers";
import { Evaluation } from "./evaluation.ts";
import { sequencesOf } from "./sequences.ts";
import type { DmmConfig } from "./settings.ts";
import { type Curves, train } from "./train.ts";

/** A model to be trained and measured. */
export interface DmmTask extends Omit<DmmConfig, "iafs" | "flows"> {
  /** The number of flows in the guide. */
  readonly numIafs: number;
  /** The pieces. */
  readonly pieces: Polyphonic;
  /** Their name in checkpoints: their sha256, or where they were simulated. */
  readonly data: string;
  /** The seed of first parameters and of all draws. */
  readonly seed: number;
  /** Engine, device and element type of floats. */
  readonly compile: Settings["compile"];
}

/** A trained model and its measurements. */
export interface Fit {
  /** The number of flows in the guide. */
  readonly numIafs: number;
  /** The sizes of the model. */
  readonly options: DmmOptions;
  /** The parameters that were best on the validation part. */
  readonly params: SVIState["params"];
  /** The epoch they are from. */
  readonly bestEpoch: number;
  /** The course of the training. */
  readonly curves: Curves;
  /** Seconds of training, over all runs of it. */
  readonly seconds: number;
  /** The number of times that training diverged in its first epochs and began again. */
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

/** Trains a model, or goes on with its training, and measures it. */
export async function perform(task: DmmTask, tell: Tell, workspace: Workspace): Promise<Fit> {
  const { numIafs, sizes, training, pieces, data, seed, compile, draws } = task;
  const options = { ...sizes, numIafs }, model = dmm(options), key = random.key(seed);
  const splits = {
    train: sequencesOf(pieces.train),
    valid: sequencesOf(pieces.valid),
    test: sequencesOf(pieces.test),
  };
  const { state, best, ...course } = await train(model, splits, training, key, {
    ...workspace,
    // The tutorial's own sizes have no mark, nor has the first seed.
    marks: { ...sizes, numIafs, data, ...(seed > 0 && { seed }) },
    compile,
    tell,
  });
  workspace.signal?.throwIfAborted();
  const evaluation = new Evaluation(model, { ...compile, threads: training.threads });
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
      ...course,
      validNll: await measure(best, splits.valid, forValid),
      testNll: await measure(best, splits.test, forTest),
      lastTestNll: await measure(state.params, splits.test, forLast),
      bounds: await evaluation.bounds(best, splits.test, forBounds, task.bounds),
    };
  } finally {
    await evaluation.release();
  }
}
