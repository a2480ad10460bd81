/** The calls under way of something that is to be freed once they have ended. */
export class CallsUnderWay {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** Makes a call, at once; it is under way until its promise is settled. */
  async during<T>(call: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      return await call();
    } finally {
      this.end();
    }
  }

  /** Begins a call, which `end` ends: `during` without a promise of its own. */
  begin(): void {
    this.#count++;
  }

  /** Ends a call. */
  end(): void {
    if (--this.#count === 0) this.#waiting.splice(0).forEach((resolve) => resolve());
  }

  /** Waits until no call is under way. */
  async ended(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
