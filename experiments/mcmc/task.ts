import type { Tell } from "@pyrosaur/pyrosaur/workers";
import type { PartTask } from "./part.ts";
import { parts } from "./parts.ts";
import type { PartName } from "./settings.ts";

/** The result of a task, with its part. */
export interface McmcResult {
  /** The part. */
  readonly part: PartName;
  /** The part's own result. */
  readonly result: unknown;
}

/** Performs a task of any part. */
export async function perform(task: PartTask, tell: Tell): Promise<McmcResult> {
  return { part: task.part, result: await parts[task.part].perform(task, tell) };
}
