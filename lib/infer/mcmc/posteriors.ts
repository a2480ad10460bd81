import { signatureOf } from "../../compile/internals.ts";

/** The compiled posteriors of one kernel, each for data of one signature. */
export class Posteriors<T extends { release(): Promise<void> }> {
  readonly #found = new Map<string, T>();

  /** @param make makes one that compiles nothing yet */
  constructor(private readonly make: () => T) {}

  /** Returns the one for some arguments. */
  of(args: readonly unknown[]): T {
    const signature = signatureOf(args);
    let posterior = this.#found.get(signature);
    if (!posterior) this.#found.set(signature, posterior = this.make());
    return posterior;
  }

  /** Frees the compiled programs. */
  async release(): Promise<void> {
    const all = [...this.#found.values()];
    this.#found.clear();
    for (const posterior of all) await posterior.release();
  }
}
