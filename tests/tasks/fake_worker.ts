/** Performs the tasks of tests: counts its steps, takes an engine, and gives a draw. @module */
import { noteChoice } from "../../lib/system/mod.ts";
import { random } from "../../lib/tensor/mod.ts";
import { serveTasks, type Tell, type Workspace } from "../../lib/workers/mod.ts";

/** A task that takes a moment. */
export interface FakeTask {
  readonly steps: number;
  readonly seed: number;
  /** An error to throw. */
  readonly error?: string;
  /** A part of the result, which may not be plain. */
  readonly losses?: unknown;
  /** Whether it never ends. */
  readonly endless?: boolean;
}

/** Its result; `resumed` says whether the one before it in its folder had been here. */
export interface FakeResult {
  readonly draw: number;
  readonly bytes: Uint8Array;
  readonly resumed: boolean;
  readonly losses?: unknown;
}

/** Tells of its steps, one after another. */
export async function perform(
  { steps, seed, error, losses, endless }: FakeTask,
  tell: Tell,
  { folder, resume }: Workspace,
): Promise<FakeResult> {
  for (let step = 1; step <= steps; step++) tell(step, `seed ${seed}`);
  noteChoice("engine", `engine ${seed}`);
  if (error) throw new Error(error);
  if (endless) await new Promise(() => setInterval(() => {}, 1000));
  const mark = `${folder}/mark`, resumed = resume && await Deno.stat(mark).then(() => true, () => false);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(mark, "");
  const [draw] = random.normal(random.key(seed), [1]).dataSync();
  return { draw, bytes: Uint8Array.of(seed), resumed, ...(losses !== undefined && { losses }) };
}

serveTasks(perform);
