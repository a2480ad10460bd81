import type { DType, Value } from "../../ir/graph.ts";
import { addSizes, type Size, sizeOf } from "../../ir/size.ts";
import { type Offset, START } from "./refs.ts";

/** The element type of a buffer. `double`: sums in progress, float64 at any precision. */
type BufferType = DType | "double";

/** A typed array of the generated program. */
export interface Buffer {
  readonly name: string;
  readonly type: BufferType;
  /** Its length; undefined for arrays that the caller passes in. */
  length?: Size;
  /** Its contents from the beginning. */
  readonly contents?: Value["constant"];
}

/** The start of a stored value. */
export interface Location {
  readonly buffer: Buffer;
  readonly offset: Offset;
}

/** Values up to this many elements share one array, so that small steps stay within the cache. */
const SMALL = 64;

/** The places of stored values. Each is allocated once for the executable, never during a run. */
export class Memory {
  readonly buffers: Buffer[] = [];
  readonly #places = new Map<Value, () => Location>();
  readonly #pools = new Map<BufferType, Buffer>();
  readonly #double = new Set<Value>();

  /** Says where a value is to be stored. */
  bind(value: Value, place: () => Location): void {
    this.#places.set(value, place);
  }

  /** Returns whether something has said where the value is stored. */
  isBound(value: Value): boolean {
    return this.#places.has(value) || this.#double.has(value);
  }

  /** Has the value stored as float64 at any precision. */
  keepDouble(value: Value): void {
    this.#double.add(value);
  }

  /** Returns a buffer of its own. */
  buffer(type: BufferType, length?: Size, contents?: Value["constant"]): Buffer {
    const buffer: Buffer = { name: `b${this.buffers.length}`, type, length, contents };
    this.buffers.push(buffer);
    return buffer;
  }

  /** Returns the place where a value is stored. */
  location(value: Value): Location {
    let place = this.#places.get(value);
    if (!place) {
      const location = this.#allocate(value);
      this.#places.set(value, place = () => location);
    }
    return place();
  }

  #allocate(value: Value): Location {
    const type = value.dtype === "float" && this.#double.has(value) ? "double" : value.dtype;
    const length = sizeOf(value.shape);
    if (value.constant) return { buffer: this.buffer(type, length, value.constant), offset: START };
    if (typeof length !== "number" || length > SMALL) {
      return { buffer: this.buffer(type, length), offset: START };
    }
    let pool = this.#pools.get(type);
    if (!pool) this.#pools.set(type, pool = this.buffer(type, 0));
    const offset = { base: pool.length!, steps: [] };
    pool.length = addSizes(pool.length!, length);
    return { buffer: pool, offset };
  }
}
