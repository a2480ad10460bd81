import { join } from "node:path";
import type { SVIState } from "../svi/state.ts";
import { fileSystem, isMissing, UNFINISHED } from "../../system/mod.ts";
import { type Checkpoint, type CheckpointExtra, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";

const pattern = /^step-(\d+)\.safetensors$/;

/** A folder of checkpoints, of which the newest few are kept. */
export class Checkpoints {
  /**
   * Names the folder.
   *
   * @param folder made when the first checkpoint is saved
   * @param keep how many are kept (default 3)
   * @throws Error unless `keep` is a positive integer.
   */
  constructor(readonly folder: string, private readonly keep: number = 3) {
    if (!Number.isSafeInteger(keep) || keep < 1) {
      throw new Error(`Cannot keep ${keep} checkpoints: expected a positive integer`);
    }
  }

  /** Lists the files, oldest first. */
  async list(): Promise<string[]> {
    const steps: number[] = [];
    try {
      for (const name of await fileSystem().readdir(this.folder)) {
        const match = pattern.exec(name);
        if (match) steps.push(Number(match[1]));
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return steps.sort((a, b) => a - b).map((step) => this.path(step));
  }

  /** Returns the path of a step's checkpoint. */
  path(step: number): string {
    return join(this.folder, `step-${step}.safetensors`);
  }

  /** Saves a state under its step, then removes the oldest files and those that a crash left. */
  async save(state: SVIState, extra?: CheckpointExtra): Promise<string> {
    const path = this.path(state.step);
    await saveCheckpoint(path, state, extra);
    const files = await this.list();
    for (const old of files.slice(0, -this.keep)) if (old !== path) await fileSystem().rm(old);
    for (const name of await fileSystem().readdir(this.folder)) {
      if (name.endsWith(UNFINISHED)) await fileSystem().rm(join(this.folder, name));
    }
    return path;
  }

  /** Reads the newest checkpoint, if any. Throws (rejects) as `loadCheckpoint` does. */
  async latest(options?: { config?: unknown }): Promise<Checkpoint | undefined> {
    const files = await this.list();
    return files.length === 0 ? undefined : await loadCheckpoint(files[files.length - 1], options);
  }
}
