import { startWorker, type WorkerLike } from "../../workers/worker.ts";
import type { WireTensor } from "../protocol/datatypes.ts";
import { ServeError } from "../protocol/serve_error.ts";
import type { Watch } from "../watch.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** An answer that a Worker owes. */
interface Owed {
  resolve(answer: Extract<FromWorker, { outputs: unknown }>): void;
  reject(error: Error): void;
}

/** Returns bytes that own their buffer, which can move to a Worker. */
const owned = (data: Uint8Array): Uint8Array =>
  data.byteLength === data.buffer.byteLength ? data : data.slice();

/** A Worker of the pool: it answers what it is asked in order, until it fails. */
export class PoolWorker {
  readonly #owed: Owed[] = [];
  #failure: ServeError | undefined;
  /** True while it does what was last done in a few milliseconds. */
  isBrief = false;

  private constructor(
    readonly worker: WorkerLike,
    readonly watch: Watch,
    readonly onFailure: (failed: PoolWorker) => void,
  ) {
    worker.onMessage((message) => {
      const owed = this.#owed.shift(), answer = message as FromWorker;
      if ("error" in answer) owed?.reject(new Error(answer.error));
      else owed?.resolve(answer);
    });
    worker.onError((message) =>
      this.fail(new ServeError(503, `a Worker failed: ${message}`, { "Retry-After": "1" }))
    );
  }

  /** Starts one; `onFailure` is called once where it fails. */
  static async start(
    script: URL,
    watch: Watch,
    onFailure: (failed: PoolWorker) => void,
  ): Promise<PoolWorker> {
    return new PoolWorker(await startWorker(script), watch, onFailure);
  }

  /** True while it owes no answer. */
  get isIdle(): boolean {
    return this.#owed.length === 0 && !this.#failure;
  }

  /** Sends it a message. Rejects with its error (an Error), or ServeError where it has failed. */
  ask(message: ToWorker, transfer?: ArrayBuffer[]): ReturnType<PoolWorker["run"]> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#owed.push({ resolve, reject });
      this.worker.post(message, transfer);
    });
  }

  /**
   * Has it run a model on inputs, whose bytes move to it, or a copy where they are a view; it fails
   * where that takes longer than `within` milliseconds.
   */
  async run(
    key: string,
    inputs: readonly WireTensor[],
    within: number,
  ): Promise<{ outputs: readonly WireTensor[]; milliseconds: number }> {
    const end = this.watch.add(
      within,
      () => this.fail(new ServeError(504, `the model was not done within ${Math.round(within)} ms`)),
    );
    const moved = inputs.map((input) =>
      input.data instanceof Uint8Array ? { ...input, data: owned(input.data) } : input
    );
    const transfer = moved.flatMap(({ data }) =>
      data instanceof Uint8Array ? [data.buffer as ArrayBuffer] : []
    );
    try {
      return await this.ask({ run: key, inputs: moved }, transfer);
    } finally {
      end();
    }
  }

  /** Ends it, and all that it was asked with this error. */
  fail(error: ServeError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.worker.terminate();
    for (const { reject } of this.#owed.splice(0)) reject(error);
    this.onFailure(this);
  }
}
