import type { CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { type SVIState, trainInEpochs } from "@pyrosaur/pyrosaur/infer";
import type { Dmm } from "@pyrosaur/pyrosaur/models";
import type { Key } from "@pyrosaur/pyrosaur/tensor";
import type { Tell, Workspace } from "@pyrosaur/pyrosaur/workers";
import type { Sequences } from "./sequences.ts";
import type { TrainingConfig } from "./settings.ts";
import { TrainingRun } from "./training_run.ts";

/** The sequences that are trained on, and those that are looked at meanwhile. */
export interface Splits {
  /** Those that are trained on. */
  readonly train: Sequences;
  /** Those that the best epoch is chosen by. */
  readonly valid: Sequences;
  /** Those that results are of. */
  readonly test: Sequences;
}

/** The course of a training, one entry an epoch or a look. */
export interface Curves {
  /** The negative ELBO a time slice, with the annealing factor of its time, of each epoch. */
  readonly trainNll: number[];
  /** The epochs after which validation and test sequences were looked at. */
  readonly epochs: number[];
  /** Seconds of training until then, evaluations included. */
  readonly seconds: number[];
  /** Their negative ELBO a time slice. */
  readonly validNll: number[];
  /** The same of the test sequences: for the figure, never for a choice. */
  readonly testNll: number[];
}

/** Options of `train`: the place of its checkpoints, and of its progress. */
export interface TrainingOptions extends Workspace {
  /** Engine, device and element type of floats. */
  readonly compile?: CompileOptions;
  /** Marks of the checkpoints: a training with other marks is refused. */
  readonly marks?: Readonly<Record<string, unknown>>;
  /** Receives epochs. */
  readonly tell?: Tell;
}

/** The result of a training. */
export interface TrainingResult {
  /** The last state. */
  readonly state: SVIState;
  /** The parameters at the look with the lowest validation NLL. */
  readonly best: SVIState["params"];
  /** The epoch of that look. */
  readonly bestEpoch: number;
  /** The course of the training. */
  readonly curves: Curves;
  /** Seconds of training, over all runs of it. */
  readonly seconds: number;
  /** The number of times that training diverged in its first epochs and began again. */
  readonly restarts: number;
}

/**
 * Trains a Deep Markov Model. All randomness comes from the key, the epoch and the step, so a
 * training that was killed and resumed gives the parameters, bit for bit, of one that never
 * stopped.
 *
 * @throws (rejects) NonFiniteError where it diverges, and Error where the checkpoint to go on from
 * has other marks or another configuration.
 */
export async function train(
  model: Dmm,
  splits: Splits,
  config: TrainingConfig,
  key: Key,
  options: TrainingOptions,
): Promise<TrainingResult> {
  const { epochs, evaluateEvery: lookEvery, checkpointMinutes } = config, { resume, tell, signal } = options;
  const run = new TrainingRun(model, splits, config, key, options);
  try {
    await trainInEpochs(run, { epochs, lookEvery, checkpointMinutes, resume, tell, signal });
    return run.result();
  } finally {
    await run.release();
  }
}
