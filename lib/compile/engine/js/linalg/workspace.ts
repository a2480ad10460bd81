import { vectorMachine } from "../../wasm/machine.ts";
import { plainTiles, type Tiles } from "./tiles.ts";
import { vectorTiles } from "./vector_tiles.ts";

const PAGE = 65536;

/** Room for the panels of a factorisation, and the work on them. */
export interface Workspace extends Tiles {
  readonly numbers: Float64Array;
}

let memory: WebAssembly.Memory | undefined, numbers = new Float64Array(0);
const tiles = new Map<boolean, Tiles>();

/**
 * Returns room for so many numbers, the same for all callers, who use it one after the other.
 *
 * @param isFused whether products and sums may be rounded once, where the machine can
 */
export function workspace(count: number, isFused: boolean): Workspace {
  const { hasVectors, isFused: canFuse } = vectorMachine(), fuses = isFused && canFuse;
  if (!hasVectors) {
    if (numbers.length < count) numbers = new Float64Array(count);
    return { numbers, ...plainTiles(numbers) };
  }
  memory ??= new WebAssembly.Memory({ initial: 1 });
  const missing = Math.ceil((8 * count - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
  if (numbers.buffer !== memory.buffer) numbers = new Float64Array(memory.buffer);
  let own = tiles.get(fuses);
  if (!own) tiles.set(fuses, own = vectorTiles(memory, fuses));
  return { numbers, ...own };
}

/** Returns a length rounded up to whole tiles. */
export const wholeTiles = (length: number): number => (length + 3) & ~3;
