import { divergence } from "../../ops/itakura_saito.ts";
import * as special from "../../ops/special.ts";
import { remainder, roundToEven } from "../../ops/numbers.ts";
import type { HostData } from "../../../tensor/mod.ts";
import {
  arrayOf,
  type PortableBuffer,
  type PortableProgram,
  type Precision,
  type SteadyProduct,
} from "../portable.ts";
import { vectorMachine } from "../wasm/machine.ts";
import * as factorisations from "./linalg/mod.ts";
import { tables as ofExponentials } from "./exponential.ts";
import { tables as ofLogarithms } from "./logarithm.ts";
import { ResidentMatrix } from "./steady/resident_matrix.ts";

/** A generated program. */
export interface GeneratedProgram {
  /** Takes lengths and its own arrays. */
  prepare(sizes: readonly number[], buffers: readonly HostData[]): void;
  /** Runs on the caller's arrays: inputs, then outputs; `products` do its steady products. */
  run(arrays: readonly HostData[], products?: readonly Product[]): void;
}

/** Multiplies a matrix by numbers from a place of one array, to a place of another. */
type Product = (from: Float64Array, start: number, to: Float64Array, at: number) => void;

/** The copies of matrices, which all who read an array share. */
const residents = new WeakMap<HostData, ResidentMatrix>();

/** Returns the copy of a matrix; undefined where there is no memory for it. */
function residentOf(data: HostData, { rows, columns }: SteadyProduct): ResidentMatrix | undefined {
  const known = residents.get(data);
  if (known?.rows === rows && known.columns === columns) return known;
  try {
    const resident = new ResidentMatrix(data as Float64Array, rows, columns);
    residents.set(data, resident);
    return resident;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Returns a program as a run on these very arrays, whose steady ones must not change any more. */
export function boundTo(
  program: GeneratedProgram,
  arrays: readonly HostData[],
  products: readonly SteadyProduct[],
): () => void {
  const matrices = vectorMachine().hasVectors ? products.map((p) => residentOf(arrays[p.input], p)) : [];
  const own = matrices.flatMap((matrix, i): Product[] => {
    if (!matrix) return [];
    return [products[i].isTransposed ? matrix.transposedTimes.bind(matrix) : matrix.times.bind(matrix)];
  });
  // All or none.
  return own.length > 0 && own.length === products.length
    ? () => program.run(arrays, own)
    : () => program.run(arrays);
}

function beyond(index: number, length: number): never {
  throw new Error(
    `Cannot take index ${index} of an axis of length ${length}: expected 0 to ${length - 1}`,
  );
}

/** Makes the functions of a generated program, given those written outside of JavaScript. */
export function load(source: string, shared: number, vectors: object = {}): GeneratedProgram {
  const given = {
    beyond,
    mod: remainder,
    divergence,
    special,
    round: roundToEven,
    vectors,
    ...factorisations,
    ...ofExponentials,
    ...ofLogarithms,
  };
  const make = new Function(...Object.keys(given), "shared", source) as (
    ...args: unknown[]
  ) => GeneratedProgram;
  return make(...Object.values(given), new Float64Array(Math.max(1, shared)));
}

/** Returns a new array of a generated program, with its contents from the beginning. */
export function bufferOf({ type, length, contents }: PortableBuffer, precision: Precision): HostData {
  const array = type === "double" ? new Float64Array(length) : arrayOf(type, precision, length);
  fillBuffer(array, contents);
  return array;
}

/** Puts the contents that an array of a generated program has from the beginning into it. */
export function fillBuffer(array: HostData, contents: PortableBuffer["contents"]): void {
  if (contents) "fill" in contents ? array.fill(contents.fill) : array.set(contents.data);
}

/** Returns a program that was sent here as a run on these arrays: inputs, then outputs. */
export function bindPortable(
  { source, shared, precision, buffers, products }: PortableProgram,
  arrays: readonly HostData[],
): () => void {
  const program = load(source, shared);
  program.prepare([], buffers.map((buffer) => bufferOf(buffer, precision)));
  return boundTo(program, arrays, products);
}
