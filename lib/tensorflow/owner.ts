import type { Address } from "./memory.ts";
import type { Symbols } from "./symbols.ts";

/** The words of an owner's header, of 8 bytes each. */
export const HEADER = {
  claimed: 0,
  thread: 1,
  context: 2,
  entries: 3,
  count: 4,
  background: 5,
  words: 6,
} as const;

/** The environment variable, with the process's number, that announces an owner to isolates. */
export const OWNER_PREFIX = "PYROSAUR_TENSORFLOW_OWNER_";

/** Returns the words at an address as an array. */
export const wordsAt = (address: Address, count: number): BigInt64Array<ArrayBuffer> =>
  new BigInt64Array(Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(address)!, 8 * count));

/**
 * The tensors that a context holds, listed in memory that outlives the isolate.
 *
 * A Worker that is terminated runs nothing more, not even finalizers: its tensors would stay with
 * TensorFlow for ever. The list is what another isolate frees them by (`freeOrphans`).
 */
export class Owner {
  readonly #address: Address;
  readonly #header: BigInt64Array<ArrayBuffer>;
  readonly #places = new Map<Address, number>();
  #entries: BigInt64Array<ArrayBuffer>;

  /** The list of a context, empty. */
  constructor(private readonly symbols: Symbols, context: Address) {
    this.#address = symbols.calloc(BigInt(HEADER.words), 8n);
    this.#header = wordsAt(this.#address, HEADER.words);
    this.#header[HEADER.thread] = BigInt(symbols.gettid?.() ?? 0);
    this.#header[HEADER.context] = context;
    this.#entries = this.#allocate(1024);
    try {
      Deno.env.set(OWNER_PREFIX + this.#address.toString(16), String(Deno.pid));
    } catch {
      // Not allowed to be announced: then a terminated Worker's tensors stay.
    }
  }

  #allocate(room: number): BigInt64Array<ArrayBuffer> {
    const address = this.symbols.calloc(BigInt(room), 8n), before = this.#header[HEADER.entries];
    const entries = wordsAt(address, room);
    if (before !== 0n) entries.set(this.#entries);
    this.#header[HEADER.entries] = address;
    if (before !== 0n) this.symbols.free(before);
    return entries;
  }

  /** Number of tensors. */
  get size(): number {
    return this.#places.size;
  }

  /** Returns whether a tensor is among them. */
  has(handle: Address): boolean {
    return this.#places.has(handle);
  }

  /** Adds one. */
  add(handle: Address): void {
    const count = this.#places.size;
    if (count === this.#entries.length) this.#entries = this.#allocate(2 * count);
    this.#entries[count] = handle;
    this.#places.set(handle, count);
    this.#header[HEADER.count] = BigInt(count + 1);
  }

  /** Removes one; false where it is not there. The last takes its place. */
  delete(handle: Address): boolean {
    const place = this.#places.get(handle);
    if (place === undefined) return false;
    this.#places.delete(handle);
    const last = this.#places.size;
    if (place !== last) {
      const moved = this.#entries[last];
      this.#entries[place] = moved;
      this.#places.set(moved, place);
    }
    this.#header[HEADER.count] = BigInt(last);
    return true;
  }

  /** Counts an operation that runs on another thread (1) or has ended (-1): the context stays. */
  background(change: 1 | -1): void {
    this.#header[HEADER.background] += BigInt(change);
  }

  /** All of them. */
  [Symbol.iterator](): IterableIterator<Address> {
    return this.#places.keys();
  }

  /** Forgets all, when the context is freed; another isolate may still read the header. */
  close(): void {
    Atomics.store(this.#header, HEADER.claimed, 1n);
    try {
      Deno.env.delete(OWNER_PREFIX + this.#address.toString(16));
    } catch {
      // It was never announced.
    }
    this.#places.clear();
    this.symbols.free(this.#header[HEADER.entries]);
  }
}
