import type { HostArray, HostData } from "../../../tensor/mod.ts";
import { type Dims, evaluate, type Size } from "../../ir/size.ts";
import type { Buffer } from "../js/memory.ts";
import { arrayOf, type Precision } from "../portable.ts";
import type { Held } from "../residents.ts";

const PAGE = 65536;

/** Rounds up to where a line of the cache begins, which vectors of other engines fill. */
const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** A place of an array in a WebAssembly memory. */
export class Place {
  /** The numbers; made anew where the memory grows. */
  data!: HostData;
  /** Bytes before it. */
  offset = 0;
  /** The array outside that has its numbers here. */
  tenant?: Tenant;

  /** A place for numbers of a type; `length` may be known at run time only. */
  constructor(readonly type: Buffer["type"], readonly length: Size) {}
}

/** An array whose numbers are in a place, until another comes there. */
export class Tenant implements Held {
  readonly #array: WeakRef<HostArray>;

  /** Moves in. */
  constructor(array: HostArray, readonly place: Place) {
    this.#array = new WeakRef(array);
    place.tenant = this;
  }

  /** The array, unless nobody has it any more. */
  get array(): HostArray | undefined {
    return this.#array.deref();
  }

  read(into: HostData): void {
    into.set(this.place.data);
  }

  free(): void {
    if (this.place.tenant === this) this.place.tenant = undefined;
  }
}

/**
 * Places one after the other in a WebAssembly memory, which begins with the constants: first those
 * whose lengths are known, which stay where they are. A vector behind the last may be read.
 */
export class ArrayMemory {
  readonly memory: WebAssembly.Memory;
  readonly #places: readonly Place[];
  readonly #start: number;
  #buffer: ArrayBufferLike | undefined;

  constructor(constantBytes: number, places: readonly Place[], private readonly precision: Precision) {
    const isKnown = ({ length }: Place) => typeof length === "number";
    const known = places.filter(isKnown);
    this.#places = places.filter((place) => !isKnown(place));
    this.#start = this.#put(aligned(constantBytes), known, new Map());
    this.memory = new WebAssembly.Memory({ initial: 1 });
    this.known = known;
  }

  /** The places whose lengths are known. */
  private readonly known: readonly Place[];

  /** Makes the data of all places for these lengths. */
  prepare(dims: Dims): void {
    this.#reach(this.#put(this.#start, this.#places, dims) + 64);
    const { buffer } = this.memory, hasMoved = buffer !== this.#buffer;
    this.#buffer = buffer;
    for (const place of hasMoved ? [...this.known, ...this.#places] : this.#places) {
      const Data = typeOf(place.type, this.precision);
      place.data = new Data(buffer as ArrayBuffer, place.offset, evaluate(place.length, dims));
    }
  }

  /** Sets the offsets of places from `end` on; returns the end of the last. */
  #put(end: number, places: readonly Place[], dims: Dims): number {
    for (const place of places) {
      place.offset = end;
      const { BYTES_PER_ELEMENT } = typeOf(place.type, this.precision);
      end = aligned(end + evaluate(place.length, dims) * BYTES_PER_ELEMENT);
    }
    return end;
  }

  #reach(bytes: number): void {
    const missing = Math.ceil((bytes - this.memory.buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    try {
      this.memory.grow(missing);
    } catch (cause) {
      throw new Error(
        `Cannot run: there is no WebAssembly memory for arrays of ${(bytes / 1e9).toPrecision(3)} GB; ` +
          'use a smaller batch, or engine "onnx"',
        { cause },
      );
    }
  }
}

function typeOf(type: Buffer["type"], precision: Precision) {
  const like = type === "double" ? new Float64Array() : arrayOf(type, precision, 0);
  return like.constructor as
    & (new (buffer: ArrayBuffer, offset: number, length: number) => HostData)
    & { readonly BYTES_PER_ELEMENT: number };
}
