import type { Bagged } from "../bag.ts";
import type { DynamicBatching } from "../dynamic_batching.ts";
import type { ModelSpec, WireTensor } from "../protocol/datatypes.ts";

/** A request that waits for a Worker. */
export interface Waiting extends Bagged {
  /** Its inputs. */
  readonly inputs: readonly WireTensor[];
  /** Its rows in a batch; 1 of a model that does not batch. */
  readonly rows: number;
  /** True until it is given to a Worker or answered. */
  waits: boolean;
  /** The time it came, by `performance.now()`. */
  readonly since: number;
  /** The time at which it is answered with an error. */
  readonly deadline: number;
  /** The signal that withdraws it. */
  readonly signal: (() => AbortSignal) | undefined;
  /** Answers it; a second answer is ignored. Outputs are read at once: their bytes go back. */
  settle(answer: readonly WireTensor[] | Error): void;
}

/** A run of a model, for statistics. */
export interface BatchReport {
  /** The rows of the batch. */
  readonly rows: number;
  /** Milliseconds that each of its requests waited. */
  readonly waited: readonly number[];
  /** Milliseconds that the run took. */
  readonly milliseconds: number;
}

/** Returns the lengths behind the first of each input, in a text. */
export function shapesOf(inputs: readonly WireTensor[]): string {
  let text = "";
  for (const { shape } of inputs) {
    for (let i = 1; i < shape.length; i++) text += `${shape[i]},`;
    text += "|";
  }
  return text;
}

/**
 * The requests that wait for one version of a model, by the shapes that allow them to be joined.
 */
export class ModelQueue {
  readonly #groups = new Map<string, Waiting[]>();
  /** Milliseconds that its last run took. */
  lastRun = Infinity;
  #alone = 0;
  readonly #most: number;
  readonly #delay: number;
  readonly #preferred: readonly number[];

  /**
   * @param key its name in the pool
   * @param batching the way to join requests; false: each goes alone
   * @param report called after each run
   */
  constructor(
    readonly key: string,
    readonly model: ModelSpec,
    batching: DynamicBatching | false,
    readonly report: (batch: BatchReport) => void,
  ) {
    const { maxQueueDelayMicroseconds = 0, preferredBatchSize = [] } = batching || {};
    this.#most = batching ? model.maxBatchSize : 0;
    this.#delay = maxQueueDelayMicroseconds / 1000;
    this.#preferred = preferredBatchSize;
  }

  /** True where requests may be joined. */
  get joins(): boolean {
    return this.#most > 0;
  }

  /** Adds a request; `alone` where it is not to be joined with others. */
  add(waiting: Waiting, alone = false): void {
    const shapes = this.joins ? shapesOf(waiting.inputs) : "";
    const group = alone ? `${shapes} alone ${this.#alone++}` : shapes, list = this.#groups.get(group);
    if (list) list.push(waiting);
    else this.#groups.set(group, [waiting]);
  }

  /** Takes a request out, which may not be there any more. */
  remove(waiting: Waiting): void {
    for (const [group, list] of this.#groups) {
      const at = list.indexOf(waiting);
      if (at < 0) continue;
      list.splice(at, 1);
      if (list.length === 0) this.#groups.delete(group);
      return;
    }
  }

  /**
   * Returns the time at which its next batch is due, by `performance.now()`; undefined: none waits.
   */
  get due(): { time: number; since: number } | undefined {
    let due: { time: number; since: number } | undefined;
    for (const list of this.#groups.values()) {
      const since = list[0].since, time = this.#isFull(list) ? since : since + this.#delay;
      if (!due || time < due.time) due = { time, since };
    }
    return due;
  }

  #isFull(list: readonly Waiting[]): boolean {
    if (this.#delay === 0 || this.#most === 0) return true;
    const rows = list.reduce((sum, waiting) => sum + waiting.rows, 0);
    return rows >= this.#most || this.#preferred.some((size) => rows >= size);
  }

  /** Takes the batch that is due out of the queue: requests in the order they came. */
  take(): Waiting[] {
    let group = "", first: Waiting[] | undefined;
    for (const [key, list] of this.#groups) {
      if (!first || list[0].since < first[0].since) [group, first] = [key, list];
    }
    if (!first) return [];
    let rows = first[0].rows, count = 1, preferred = 0;
    if (this.#preferred.includes(rows)) preferred = 1;
    while (count < first.length && rows + first[count].rows <= this.#most) {
      rows += first[count++].rows;
      if (this.#preferred.includes(rows)) preferred = count;
    }
    const batch = first.splice(0, preferred || count);
    if (first.length === 0) this.#groups.delete(group);
    return batch;
  }
}
