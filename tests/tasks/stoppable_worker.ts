/** Trains a model in epochs, with a file that says how many are done. @module */
import { serveTasks, type Tell, type Workspace } from "../../lib/workers/mod.ts";
import { trainSlowly } from "./train_slowly.ts";

export interface StoppableTask {
  readonly seed: number;
  readonly epochs: number;
  readonly rate: number;
  readonly mark: string;
}

/** Trains; no checkpoint is written but at the end. */
export async function perform(
  { mark, ...task }: StoppableTask,
  tell: Tell,
  workspace: Workspace,
): Promise<Float32Array> {
  const afterEpoch = (done: number) => Deno.writeTextFile(mark, `${done}`);
  const state = await trainSlowly(
    { ...task, pause: 50, checkpointMinutes: 1000, afterEpoch },
    tell,
    workspace,
  );
  return Float32Array.from(Object.values(state.params).flatMap(({ data }) => [...data]));
}

serveTasks(perform);
