import { divergence } from "../../ops/itakura_saito.ts";
import { remainder, roundToEven } from "../../ops/numbers.ts";
import type { HostData } from "../../../tensor/mod.ts";
import { arrayOf, type PortableBuffer, type PortableProgram, type Precision } from "../portable.ts";
import { tables as ofExponentials } from "./exponential.ts";
import { tables as ofLogarithms } from "./logarithm.ts";

/** A generated program. */
export interface GeneratedProgram {
  /** Takes lengths and its own arrays. */
  prepare(sizes: readonly number[], buffers: readonly HostData[]): void;
  /** Runs on the caller's arrays: inputs, then outputs. */
  run(arrays: readonly HostData[]): void;
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
    round: roundToEven,
    vectors,
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
  { source, shared, precision, buffers }: PortableProgram,
  arrays: readonly HostData[],
): () => void {
  const program = load(source, shared);
  program.prepare([], buffers.map((buffer) => bufferOf(buffer, precision)));
  return () => program.run(arrays);
}
