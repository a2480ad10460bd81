import { vectorMachine } from "../../wasm/machine.ts";
import { plainTiles, type Tiles } from "./tiles.ts";
import { vectorTiles } from "./vector_tiles.ts";

const PAGE = 65536;

/** Room for the panels of a factorisation, and the work on them. */
export interface Workspace extends Tiles {
  readonly numbers: Float64Array;
}

/** Bytes that are kept from call to call, enough for 2,000 rows; more is given back after each. */
const KEPT = 1 << 25;

/** A memory, the numbers in it, and the work on them. */
class Room {
  numbers = new Float64Array(0);
  readonly #tiles = new Map<boolean, Tiles>();
  #memory: WebAssembly.Memory | undefined;

  /** Returns room for so many numbers. */
  workspace(count: number, isFused: boolean): Workspace {
    const { hasVectors, isFused: canFuse } = vectorMachine(), fuses = isFused && canFuse;
    if (!hasVectors) {
      if (this.numbers.length < count) this.numbers = new Float64Array(count);
      return { numbers: this.numbers, ...plainTiles(this.numbers) };
    }
    const memory = this.#memory ??= new WebAssembly.Memory({ initial: 1 });
    const missing = Math.ceil((8 * count - memory.buffer.byteLength) / PAGE);
    if (missing > 0) memory.grow(missing);
    if (this.numbers.buffer !== memory.buffer) this.numbers = new Float64Array(memory.buffer);
    let tiles = this.#tiles.get(fuses);
    if (!tiles) this.#tiles.set(fuses, tiles = vectorTiles(memory, fuses));
    return { numbers: this.numbers, ...tiles };
  }
}

const kept = new Room();

/**
 * Returns room for so many numbers, for callers who use it one after the other.
 *
 * @param isFused whether products and sums may be rounded once, where the machine can
 */
export function workspace(count: number, isFused: boolean): Workspace {
  return (8 * count > KEPT ? new Room() : kept).workspace(count, isFused);
}

/** Returns a length rounded up to whole tiles. */
export const wholeTiles = (length: number): number => (length + 3) & ~3;
