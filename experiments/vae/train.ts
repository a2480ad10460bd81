import type { CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { type SVIState, trainInEpochs } from "@pyrosaur/pyrosaur/infer";
import type { Vae } from "@pyrosaur/pyrosaur/models";
import type { Key } from "@pyrosaur/pyrosaur/tensor";
import type { Tell, Workspace } from "@pyrosaur/pyrosaur/workers";
import type { TrainingConfig } from "./settings.ts";
import { type Parts, TrainingRun } from "./training_run.ts";

/** The course of a training, one entry an epoch or a look, in nats an image. */
export interface Curves {
  /** The ELBO of the batches as they were trained on, by epoch. */
  readonly trainElbo: number[];
  /** The epochs after which the test images were looked at. */
  readonly epochs: number[];
  /** Seconds of training until then, looks included. */
  readonly seconds: number[];
  /** Their ELBO. */
  readonly testElbo: number[];
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
  /** The last parameters. */
  readonly params: SVIState["params"];
  /** The course of the training. */
  readonly curves: Curves;
  /** Seconds of training, over all runs of it. */
  readonly seconds: number;
}

/**
 * Trains a variational autoencoder. All randomness comes from the key, the epoch and the step, so a
 * training that was killed and resumed gives the parameters, bit for bit, of one that never
 * stopped.
 *
 * @throws (rejects) NonFiniteError where it diverges, and Error for a batch larger than the data
 * and where the checkpoint to go on from has other marks or another configuration.
 */
export async function train(
  vae: Vae,
  parts: Parts,
  config: TrainingConfig,
  key: Key,
  options: TrainingOptions,
): Promise<TrainingResult> {
  const { epochs, lookEvery, checkpointMinutes } = config, { resume, tell, signal } = options;
  const run = new TrainingRun(vae, parts, config, key, options);
  try {
    await trainInEpochs(run, { epochs, lookEvery, checkpointMinutes, resume, tell, signal });
    return run.result();
  } finally {
    await run.release();
  }
}
