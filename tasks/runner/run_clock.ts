import { writeFileAtomic } from "../../lib/system/mod.ts";

/** Milliseconds between two writings of the time: what a run that is killed loses at most. */
const EVERY = 5000;

/**
 * The time of a run, over all its parts: a part that ends, or is killed, leaves its seconds and
 * those before it in a file for the one that goes on.
 */
export class RunClock implements AsyncDisposable {
  readonly #path: string;
  readonly #before: number;
  readonly #began: number;
  readonly #timer: ReturnType<typeof setInterval>;
  #written: Promise<void> = Promise.resolve();

  private constructor(path: string, before: number, began: number, every: number) {
    this.#path = path;
    this.#before = before;
    this.#began = began;
    this.#timer = setInterval(() => void this.#save(), every);
  }

  /**
   * Starts the clock of a part.
   *
   * @param folder the run's own, with what earlier parts have left
   * @param began the part's beginning on the clock of `performance.now()` (default: now)
   * @throws (rejects) Error where the file of the time is damaged.
   */
  static async start(
    folder: string,
    { began = performance.now(), every = EVERY }: { began?: number; every?: number } = {},
  ): Promise<RunClock> {
    const path = `${folder}/seconds.json`;
    const text = await Deno.readTextFile(path).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return "0";
      throw error;
    });
    const before = /^\d+(\.\d+)?\s*$/.test(text) ? Number(text) : NaN;
    if (Number.isNaN(before)) {
      throw new Error(
        `Cannot go on with a run: ${path} is ${JSON.stringify(text)}, expected its seconds so far; ` +
          "write them there, or 0, or run without --resume",
      );
    }
    return new RunClock(path, before, began, every);
  }

  /** Seconds of all parts until now. */
  get seconds(): number {
    return this.#before + (performance.now() - this.#began) / 1000;
  }

  /** Writes the time, once what is being written is. A full disk is told by the record itself. */
  #save(): Promise<void> {
    const write = () => writeFileAtomic(this.#path, `${this.seconds.toFixed(3)}\n`);
    return this.#written = this.#written.then(write).catch(() => {});
  }

  /** Writes the time for the last time. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#save();
  }
}
