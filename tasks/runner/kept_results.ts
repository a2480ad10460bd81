import type { Task } from "../../lib/results/mod.ts";
import {
  choicesOf,
  formatPlain,
  noteChoice,
  parsePlain,
  reasonOf,
  sha256,
  writeFileAtomic,
} from "../../lib/system/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";

/** Names the form of a kept result; it changes when the form does. */
const SCHEMA = "pyrosaur/task-result/1";

/**
 * The end of a search for a result: the result, or the reason why a file that is there is refused.
 */
type Kept = { readonly result: unknown } | { readonly refused?: string };

/**
 * Results of tasks in a folder, each in a file named after its task and the hash of the task's
 * data: with other settings, data or backend it is another file. The first line says of which task
 * it is, what the second line's hash must be, and which engines `auto` had taken by then.
 */
export class KeptResults {
  /** Results kept in a folder, which is made when the first is. */
  constructor(readonly folder: string) {}

  #textOf({ name }: Task, value: unknown): string {
    try {
      return formatPlain(value);
    } catch (error) {
      throw new Error(`Cannot keep the result of task ${name}: ${reasonOf(error)}`, { cause: error });
    }
  }

  async #file(task: Task): Promise<{ hash: string; path: string }> {
    const { name, data } = task, hash = await sha256(this.#textOf(task, { data, backend: tf.getBackend() }));
    return { hash, path: `${this.folder}/${name}-${hash.slice(0, 16)}.json` };
  }

  /** Finds the result of a task. A file that is damaged, or of another task, is refused. */
  async find(task: Task): Promise<Kept> {
    const { hash, path } = await this.#file(task);
    const text = await Deno.readTextFile(path).catch(() => undefined);
    if (text === undefined) return {};
    const [first, second = ""] = text.split("\n");
    try {
      const head = JSON.parse(first);
      if (head.schema !== SCHEMA) return { refused: `${path} has another form than ${SCHEMA}` };
      if (head.task !== hash) return { refused: `${path} is the result of another task` };
      if (head.sha256 !== await sha256(second)) return { refused: `${path} is damaged` };
      for (const engine of head.engines ?? []) noteChoice("engine", engine);
      return { result: parsePlain(second) };
    } catch {
      return { refused: `${path} is damaged` };
    }
  }

  /** Keeps the result of a task. Throws (rejects) where that is not plain data. */
  async keep(task: Task, result: unknown): Promise<void> {
    const { hash, path } = await this.#file(task), text = this.#textOf(task, result);
    const engines = choicesOf("engine");
    const head = JSON.stringify({ schema: SCHEMA, task: hash, sha256: await sha256(text), engines });
    await writeFileAtomic(path, `${head}\n${text}\n`);
  }
}
