/** Something that can lie in a bag. */
export interface Bagged {
  /** Its place there; -1: it is in none. */
  place: number;
}

/**
 * Things in no order, added and taken out at once. A Set would do, but for the collector of
 * garbage: its dead tables refer to newer ones, so that what comes and goes fast outlives it, with
 * all of a request, until the next great collection.
 */
export class Bag<T extends Bagged> {
  readonly #things: T[] = [];

  /** The number of things. */
  get size(): number {
    return this.#things.length;
  }

  /** Adds a thing, which is in no bag. */
  add(thing: T): void {
    thing.place = this.#things.push(thing) - 1;
  }

  /** Takes a thing out. Returns whether it was there. */
  delete(thing: T): boolean {
    const { place } = thing;
    if (place < 0) return false;
    const last = this.#things.pop()!;
    if (last !== thing) {
      this.#things[place] = last;
      last.place = place;
    }
    thing.place = -1;
    return true;
  }

  /** Returns the things that are there now. */
  all(): T[] {
    return [...this.#things];
  }
}
