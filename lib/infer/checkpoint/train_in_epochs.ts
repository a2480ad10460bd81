import { checkOptions, type OptionNames } from "../../system/mod.ts";
import type { Tell, Workspace } from "../../workers/mod.ts";

/** A training in epochs, with the files that it can go on from. */
export interface EpochTraining {
  /** The number of epochs done. */
  readonly done: number;
  /** Goes on from the newest checkpoint, where there is one. */
  restore(): Promise<void>;
  /** Trains for an epoch; `done` stays or falls where training begins again. */
  epoch(): Promise<void>;
  /** Looks at how far it has come. */
  look(): Promise<void>;
  /** Writes a checkpoint. */
  save(): Promise<void>;
  /** Says in words how far it has come. */
  summary(): string;
}

/** Options of `trainInEpochs`. */
export interface EpochOptions extends Partial<Pick<Workspace, "resume" | "signal">> {
  /** The number of epochs. */
  readonly epochs: number;
  /** Epochs between two looks; the last epoch has one too. */
  readonly lookEvery: number;
  /** Minutes between checkpoints; the end has one too. */
  readonly checkpointMinutes: number;
  /** Receives epochs. */
  readonly tell?: Tell;
}

const optionNames: OptionNames<EpochOptions> = {
  epochs: true,
  lookEvery: true,
  checkpointMinutes: true,
  resume: true,
  signal: true,
  tell: true,
};

/**
 * Trains for a number of epochs, with looks and checkpoints at their times, as far as the signal
 * allows. What an epoch throws ends it. Throws (rejects) for an option that there is not.
 *
 * @example Six epochs, of which two are looked at
 * ```ts
 * import { trainInEpochs } from "@pyrosaur/pyrosaur/infer";
 * import assert from "node:assert/strict";
 *
 * const looks: number[] = [], nothing = () => Promise.resolve();
 * const training = {
 *   done: 0,
 *   epoch: () => Promise.resolve(void training.done++),
 *   look: () => Promise.resolve(void looks.push(training.done)),
 *   restore: nothing,
 *   save: nothing,
 *   summary: () => "",
 * };
 * await trainInEpochs(training, { epochs: 6, lookEvery: 4, checkpointMinutes: 2 });
 * assert.deepEqual(looks, [4, 6]);
 * ```
 */
export async function trainInEpochs(training: EpochTraining, options: EpochOptions): Promise<void> {
  checkOptions("train in epochs", options, optionNames);
  const { epochs, lookEvery, checkpointMinutes, resume, signal, tell } = options;
  if (resume) await training.restore();
  let saved = performance.now();
  while (training.done < epochs && !signal?.aborted) {
    const before = training.done;
    await training.epoch();
    const { done } = training;
    if (done <= before) continue;
    if (done % lookEvery === 0 || done === epochs) await training.look();
    tell?.(done, training.summary());
    if (performance.now() - saved > checkpointMinutes * 60_000) {
      await training.save();
      saved = performance.now();
    }
  }
  await training.save();
}
