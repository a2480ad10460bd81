/** Programs by the signature of their arguments, each loaded once. */
export class Loaded<T> {
  readonly #all = new Map<string, Promise<T>>();

  /** Loads nothing yet. */
  constructor(
    private readonly load: (args: readonly unknown[]) => Promise<T>,
    private readonly free: (loaded: T) => Promise<void>,
  ) {}

  /** Returns the one for arguments. A failure is not kept: the next call tries again. */
  of(signature: string, args: readonly unknown[]): Promise<T> {
    const all = this.#all;
    let loaded = all.get(signature);
    if (!loaded) {
      all.set(signature, loaded = this.load(args));
      loaded.catch(() => all.get(signature) === loaded && all.delete(signature));
    }
    return loaded;
  }

  /** Frees all that there are; those that failed to load have told their callers. */
  async release(): Promise<void> {
    const loading = [...this.#all.values()];
    this.#all.clear();
    for (const one of await Promise.allSettled(loading)) {
      if (one.status === "fulfilled") await this.free(one.value);
    }
  }
}
