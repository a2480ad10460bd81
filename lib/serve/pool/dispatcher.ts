import { setImmediate } from "node:timers";
import { Bag } from "../bag.ts";
import { freeTensors } from "../free.ts";
import { joinRows, splitRows } from "./join_rows.ts";
import type { ModelQueue, Waiting } from "./model_queue.ts";
import type { WireTensor } from "../protocol/datatypes.ts";
import { fromModel, toModel } from "../protocol/reshape.ts";
import { ServeError } from "../protocol/serve_error.ts";
import { SHUT, type WorkerPool } from "./worker_pool.ts";

/** Milliseconds between looks for requests whose time is up. */
const LOOK = 50;

/** Milliseconds of a run that others wait for. */
const BRIEF = 5;

/** Gives requests to the Workers of a pool, joined where the model allows it. */
export class Dispatcher {
  readonly #queues = new Set<ModelQueue>();
  readonly #open = new Bag<Waiting>();
  #waiting = 0;
  #isSoon = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looks: ReturnType<typeof setInterval> | undefined;

  /**
   * @param pool the Workers
   * @param mostWaiting the most requests that wait; others are refused with status 429
   * @param within milliseconds that a run may take
   */
  constructor(
    readonly pool: WorkerPool,
    readonly mostWaiting: number,
    readonly within: number,
  ) {}

  /** The number of requests that wait for a Worker. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Runs a model on a request's inputs, perhaps together with others.
   *
   * @param answer makes the answer of the outputs, whose bytes are freed when it returns
   * @param timeout milliseconds it may take
   * @param signal withdraws the request; asked for only where it takes longer than a look
   * @throws (rejects) ServeError: 400 where the model cannot run on these inputs, 429 where too
   * many wait, 503 where the Worker fails, 504 where its time is up.
   */
  submit<Answer>(
    queue: ModelQueue,
    inputs: readonly WireTensor[],
    answer: (outputs: readonly WireTensor[]) => Answer | Promise<Answer>,
    timeout: number,
    signal?: () => AbortSignal,
  ): Promise<Answer> {
    if (this.#waiting >= this.mostWaiting) {
      throw new ServeError(429, `${this.#waiting} requests wait already; try again`, {
        "Retry-After": "1",
      });
    }
    return new Promise((resolve, reject) => {
      const since = performance.now();
      const rows = queue.model.maxBatchSize > 0 ? inputs[0]?.shape[0] ?? 1 : 1;
      const waiting: Waiting = {
        inputs,
        rows,
        waits: false,
        place: -1,
        since,
        deadline: since + timeout,
        signal,
        settle: (found) => {
          if (!this.#open.delete(waiting)) return;
          if (this.#leave(waiting)) queue.remove(waiting);
          if (found instanceof Error) return reject(found);
          try {
            resolve(answer(found));
          } catch (error) {
            reject(error);
          }
        },
      };
      this.#open.add(waiting);
      this.#enter(queue, waiting);
      this.#looks ??= setInterval(() => this.#look(), LOOK);
      if (queue.joins) this.#pumpSoon();
      else this.pump();
    });
  }

  #enter(queue: ModelQueue, waiting: Waiting, alone = false): void {
    this.#waiting++;
    waiting.waits = true;
    queue.add(waiting, alone);
    this.#queues.add(queue);
  }

  /** Counts a request that waits no more. Returns whether it did. */
  #leave(waiting: Waiting): boolean {
    const { waits } = waiting;
    if (waits) this.#waiting--;
    waiting.waits = false;
    return waits;
  }

  /** Gives free Workers what is due, once all that came with it is there to be joined. */
  #pumpSoon(): void {
    if (this.#isSoon) return;
    this.#isSoon = true;
    setImmediate(() => {
      this.#isSoon = false;
      this.pump();
    });
  }

  /** Gives free Workers what is due. */
  pump(): void {
    if (this.pool.isClosed) {
      for (const waiting of this.#open.all()) waiting.settle(new ServeError(503, SHUT));
      return;
    }
    clearTimeout(this.#timer);
    while (this.pool.idle && !this.pool.own.isBusy) {
      let next: { queue: ModelQueue; time: number; since: number } | undefined;
      for (const queue of this.#queues) {
        const due = queue.due;
        if (!due) this.#queues.delete(queue);
        else if (!next || due.time < next.time) next = { queue, ...due };
      }
      if (!next || (next.queue.joins && this.pool.isSoonFree)) return;
      const wait = next.time - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.pump(), wait);
        return;
      }
      this.#run(next.queue, next.queue.take());
    }
  }

  /** Answers those whose time is up, or that are withdrawn. */
  #look(): void {
    const now = performance.now();
    for (const waiting of this.#open.all()) {
      // A signal costs more than most requests: it is first looked at when one takes long.
      if (waiting.signal?.().aborted) waiting.settle(new ServeError(499, "the request was withdrawn"));
      if (now < waiting.deadline) continue;
      const spent = Math.round(now - waiting.since);
      waiting.settle(new ServeError(504, `the request was not answered within its time, after ${spent} ms`));
    }
    if (this.#open.size > 0) return;
    clearInterval(this.#looks);
    this.#looks = undefined;
  }

  async #run(queue: ModelQueue, batch: readonly Waiting[]): Promise<void> {
    const start = performance.now(), { model, key } = queue, { own } = this.pool, [{ inputs }] = batch;
    for (const waiting of batch) this.#leave(waiting);
    try {
      const counts = batch.map((waiting) => waiting.rows), rows = counts.reduce((sum, n) => sum + n, 0);
      const joint = toModel(joinRows(batch.map(({ inputs }) => inputs)), model);
      const worker = own.isQuick(key, inputs, rows) ? undefined : this.pool.idle!;
      if (worker) worker.isBrief = queue.lastRun < BRIEF;
      const run = worker ? worker.run(key, joint, this.within) : own.run(key, joint);
      const { outputs: found, milliseconds } = await run, outputs = fromModel(found, model);
      queue.lastRun = milliseconds;
      const parts = batch.length === 1 ? [outputs] : splitRows(outputs, counts);
      batch.forEach((waiting, i) => waiting.settle(parts[i]));
      freeTensors(found);
      own.learn(key, inputs, rows, milliseconds);
      queue.report({ rows, waited: batch.map(({ since }) => start - since), milliseconds });
    } catch (error) {
      if (error instanceof ServeError || batch.length === 1) {
        const answer = error instanceof ServeError ? error : new ServeError(
          400,
          `the model "${model.name}" cannot run on these inputs: ${(error as Error).message}`,
        );
        for (const waiting of batch) waiting.settle(answer);
      } else {
        // One of them may have failed the others: each goes alone.
        for (const waiting of batch) {
          if (waiting.place >= 0) this.#enter(queue, waiting, true);
        }
      }
    }
    this.pump();
  }
}
