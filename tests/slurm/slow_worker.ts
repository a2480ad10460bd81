/** Trains a model in epochs, and notes each in a file beside its checkpoints. @module */
import { serveTasks, type Tell, type Workspace } from "../../lib/workers/mod.ts";
import { trainSlowly } from "../tasks/train_slowly.ts";

export interface SlowTask {
  readonly seed: number;
  readonly epochs: number;
  /** Milliseconds that an epoch takes at least. */
  readonly pause: number;
  readonly rate: number;
  readonly checkpointMinutes: number;
  /** Whether the report fails. */
  readonly wrong: boolean;
}

/** Trains; `epochs.txt` of the sweep's folder has a line each. */
export async function perform(
  { seed, epochs, pause, rate, checkpointMinutes }: SlowTask,
  tell: Tell,
  workspace: Workspace,
): Promise<number> {
  const afterEpoch = (done: number) =>
    Deno.writeTextFile("epochs.txt", `${rate} ${seed} ${done}\n`, { append: true });
  const training = { seed, epochs, pause, rate, checkpointMinutes, afterEpoch };
  const state = await trainSlowly(training, tell, workspace);
  return state.params.loc_auto_loc.data[0];
}

serveTasks(perform);
