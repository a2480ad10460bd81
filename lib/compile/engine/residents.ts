import type { HostArray } from "../../tensor/mod.ts";

/** Numbers that lie where an engine works: on a device, or in the memory of WebAssembly. */
export interface Held {
  /** Copies the numbers into an array. */
  read(into: HostArray["data"]): void;
  /** Frees it. */
  free(): void;
}

/**
 * Arrays whose numbers lie where an engine works instead of in the arrays themselves: outputs that
 * a run left there, to be inputs of the next. They are freed when they are brought back, written
 * anew, or when nobody has the array any more.
 */
export class Residents<T extends Held> {
  readonly #held = new WeakMap<HostArray, T>();
  readonly #forgotten = new FinalizationRegistry<T>((held) => held.free());

  /** Returns the holder of an array's numbers, if they are not in the array itself. */
  get(array: HostArray): T | undefined {
    return this.#held.get(array);
  }

  /** Sets the holder of an array's numbers. */
  set(array: HostArray, held: T): void {
    this.delete(array);
    this.#held.set(array, held);
    this.#forgotten.register(array, held, array);
  }

  /** Removes the holder: the numbers lie in the array itself again. */
  delete(array: HostArray): void {
    const held = this.#held.get(array);
    if (!held) return;
    this.#forgotten.unregister(array);
    this.#held.delete(array);
    held.free();
  }

  /** Brings numbers back into the arrays. */
  fetch(arrays: readonly HostArray[]): void {
    for (const array of arrays) this.#held.get(array)?.read(array.data);
    this.forget(arrays);
  }

  /** Removes the holders of arrays whose numbers nobody asks for any more. */
  forget(arrays: readonly HostArray[]): void {
    for (const array of arrays) this.delete(array);
  }
}
