import { availableParallelism } from "node:os";
import type { ToWorker } from "./messages.ts";
import { OwnThread } from "./own_thread.ts";
import { PoolWorker } from "./pool_worker.ts";
import type { Watch } from "../watch.ts";
import { ServeError } from "../protocol/serve_error.ts";

/** Milliseconds before a Worker is started in the place of one that failed, when it fails again. */
const PAUSE = 500;

/** The answer of a pool that is closed. */
export const SHUT = "the server is shutting down";

type Load = Extract<ToWorker, { load: string }>;

/** Workers that have the same models loaded; one that fails is replaced. */
export class WorkerPool {
  /** The thread that the pool is made in, for quick models. */
  readonly own: OwnThread = new OwnThread();
  readonly #workers = new Set<PoolWorker>();
  readonly #models = new Map<string, Load>();
  #isClosed = false;
  #lastFailure = -Infinity;

  /**
   * @param script the module that a Worker runs
   * @param threads of ONNX Runtime in a Worker, within one operation
   * @param watch tells of runs that take too long
   * @param onIdle called when a Worker has become free
   * @param others processors beside that of the thread that gives Workers their work
   */
  constructor(
    readonly script: URL,
    readonly threads: number,
    readonly watch: Watch,
    readonly onIdle: () => void,
    readonly others: number = availableParallelism() - 1,
  ) {}

  /** Starts Workers. Rejects where one cannot be. */
  async start(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#add()));
  }

  /** The number of Workers. */
  get size(): number {
    return this.#workers.size;
  }

  /** A Worker that does nothing at the moment. */
  get idle(): PoolWorker | undefined {
    for (const worker of this.#workers) if (worker.isIdle) return worker;
    return undefined;
  }

  /**
   * True where all processors but that of this thread are busy, one of them not for long: what can
   * be joined does better to wait for it, and grow, than to take this one.
   */
  get isSoonFree(): boolean {
    let busy = 0, brief = 0;
    for (const worker of this.#workers) {
      if (worker.isIdle) continue;
      busy++;
      if (worker.isBrief) brief++;
    }
    return busy >= this.others && brief > 0;
  }

  /**
   * Loads a model into all Workers.
   *
   * @param wanted the outputs that runs give
   * @param source its name in messages
   * @throws (rejects) Error where one cannot load it; it is then in none.
   */
  async load(key: string, bytes: Uint8Array, wanted: readonly string[], source: string): Promise<void> {
    const order = { load: key, bytes, wanted, threads: this.threads, source };
    this.#models.set(key, order);
    const loading = [...this.#workers].map((worker) => worker.ask(order));
    const failed = (await Promise.allSettled(loading)).find(({ status }) => status === "rejected");
    this.onIdle();
    // A Worker that failed is replaced, with all models.
    if (!failed || (failed as PromiseRejectedResult).reason instanceof ServeError) {
      return await this.own.load(order).catch(() => {});
    }
    this.unload(key);
    throw (failed as PromiseRejectedResult).reason;
  }

  /** Frees a model in all Workers; one that lacks it stays as it is. */
  unload(key: string): void {
    this.#models.delete(key);
    this.own.unload(key);
    for (const worker of this.#workers) worker.ask({ unload: key }).catch(() => {}).then(this.onIdle);
  }

  /** True once it is closed. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Ends all Workers at once. */
  close(): void {
    this.#isClosed = true;
    for (const worker of this.#workers) worker.fail(new ServeError(503, SHUT));
    this.onIdle();
  }

  async #add(): Promise<void> {
    const worker = await PoolWorker.start(this.script, this.watch, (failed) => this.#replace(failed));
    if (this.#isClosed) return worker.fail(new ServeError(503, SHUT));
    this.#workers.add(worker);
    const loading = [...this.#models.values()].map((order) => worker.ask(order));
    Promise.all(loading).then(this.onIdle, (error) => worker.fail(new ServeError(503, error.message)));
  }

  /**
   * Starts a Worker in the place of one that failed: at once, or after a pause where it was not the
   * first.
   */
  #replace(failed: PoolWorker): void {
    this.#workers.delete(failed);
    if (this.#isClosed) return;
    const now = performance.now(), wait = now - this.#lastFailure < PAUSE ? PAUSE : 0;
    this.#lastFailure = now;
    const again = () => this.#add().catch(() => void setTimeout(again, PAUSE));
    setTimeout(again, wait);
  }
}
