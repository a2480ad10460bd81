import { Bag, type Bagged } from "./bag.ts";

/** Something that is waited for. */
interface Wait extends Bagged {
  readonly deadline: number;
  late(): void;
}

/** Milliseconds between looks. */
const LOOK = 50;

/** Tells of what does not come in time, a look late at most: a timer each would cost more. */
export class Watch {
  readonly #waits = new Bag<Wait>();
  #looks: ReturnType<typeof setInterval> | undefined;

  /**
   * Calls `late` where the wait is not over within a number of milliseconds. Returns the function
   * that ends it.
   */
  add(within: number, late: () => void): () => void {
    const wait = { place: -1, deadline: performance.now() + within, late };
    this.#waits.add(wait);
    this.#looks ??= setInterval(() => this.#look(), LOOK);
    return () => void this.#waits.delete(wait);
  }

  #look(): void {
    const now = performance.now();
    for (const wait of this.#waits.all()) {
      if (wait.place < 0 || now < wait.deadline) continue;
      this.#waits.delete(wait);
      wait.late();
    }
    if (this.#waits.size > 0) return;
    clearInterval(this.#looks);
    this.#looks = undefined;
  }
}
