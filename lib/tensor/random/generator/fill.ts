import type { DrawKind } from "../../key.ts";
import { checkFold, checkSplit } from "../util/checks.ts";
import type { ThreefryKey } from "../keys/key.ts";
import { fillStreams } from "./streams.ts";
import { threefry, type Words } from "./threefry.ts";
import { sizeOf } from "../../shape.ts";

/** Arrays that draws are written into; a Float64Array gets the float32 values. */
export type FloatArray = Float32Array | Float64Array;

/** One step from a root key to the key of a draw; `loop` folds in a loop's index. */
export type PathStep =
  | { readonly op: "foldIn"; readonly data: number }
  | { readonly op: "split"; readonly count: number; readonly index: number }
  | { readonly op: "loop"; readonly depth: number; readonly offset?: number };

function fill(kind: DrawKind, key: ThreefryKey, out: FloatArray, offset: number, length: number): void {
  checkRoom(out, offset, length);
  fillStreams(kind, key.words(), 1, length, out, offset);
}

function checkRoom(out: FloatArray, offset: number, length: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
    throw new Error(`Cannot fill ${length} draws from ${offset}: expected non-negative integers`);
  }
  if (offset + length > out.length) {
    throw new Error(`Cannot fill ${length} draws from ${offset}: the array has room for ${out.length}`);
  }
}

/**
 * Writes `length` draws on [0, 1) into `out` from `offset` on (default: all of it): the values of
 * `key.draw("uniform", [length])`.
 */
export function fillUniform(
  key: ThreefryKey,
  out: FloatArray,
  offset: number = 0,
  length: number = out.length - offset,
): void {
  fill("uniform", key, out, offset, length);
}

/**
 * Writes `length` standard normals into `out` from `offset` on (default: all of it): the values of
 * `key.draw("normal", [length])`.
 */
export function fillNormal(
  key: ThreefryKey,
  out: FloatArray,
  offset: number = 0,
  length: number = out.length - offset,
): void {
  fill("normal", key, out, offset, length);
}

/**
 * Writes the draws of all iterations of nested loops: `out` is [...loopSizes, perStep], row-major,
 * from `offset` on. The draws of an iteration are those of `perStep` values from the key that the
 * path leads to from `root`, where the step `{ op: "loop", depth, offset }` folds in the
 * iteration's index in the loop `loopSizes[depth]` plus `offset` (default 0). What lies on the path
 * before a loop is computed once for all its iterations. A loop may occur on the path several
 * times, or not at all: then all its iterations have the same draws.
 */
export function fillDraws(
  kind: DrawKind,
  root: ThreefryKey | readonly [number, number],
  path: readonly PathStep[],
  loopSizes: readonly number[],
  out: FloatArray,
  perStep: number,
  offset: number = 0,
): void {
  checkPath(path, loopSizes);
  checkRoom(out, offset, sizeOf(loopSizes) * perStep);
  if (sizeOf(loopSizes) * perStep === 0) return;
  let keys = rootKeys(root);
  for (const step of path) keys = deriveKeys(keys, step, loopSizes, true);
  drawFrom(kind, keys, loopSizes, out, perStep, offset);
}

/** The keys of all iterations of the outermost `depth` loops, two words each. */
export interface LoopKeys {
  readonly words: Int32Array;
  readonly depth: number;
}

/** Returns a key as the keys of no loop. */
export function rootKeys(root: ThreefryKey | readonly [number, number]): LoopKeys {
  const [hi, lo] = "data" in root ? root.data : root;
  return { words: Int32Array.of(hi | 0, lo | 0), depth: 0 };
}

/**
 * Returns the keys that one step leads to.
 *
 * @param inPlace true where the keys before it are no longer needed: they are overwritten
 */
export function deriveKeys(
  keys: LoopKeys,
  step: PathStep,
  loopSizes: readonly number[],
  inPlace: boolean,
): LoopKeys {
  let stride = Infinity, size = 1, first: number, from = keys;
  if (step.op === "loop") {
    from = within(keys, step.depth + 1, loopSizes);
    stride = sizeOf(loopSizes.slice(step.depth + 1, from.depth));
    size = loopSizes[step.depth], first = step.offset ?? 0;
  } else first = step.op === "split" ? step.index : step.data;
  const { words, depth } = from, x: Words = [0, 0];
  const result = inPlace || words !== keys.words ? words : new Int32Array(words.length);
  for (let k = 0, index = 0, run = 0; k < words.length; k += 2) {
    x[0] = 0, x[1] = first + index;
    threefry(words[k], words[k + 1], x);
    result[k] = x[0], result[k + 1] = x[1];
    if (++run === stride) {
      run = 0;
      if (++index === size) index = 0;
    }
  }
  return { words: result, depth };
}

/** Writes the draws of all iterations, `perStep` from each key. */
export function drawFrom(
  kind: DrawKind,
  keys: LoopKeys,
  loopSizes: readonly number[],
  out: FloatArray,
  perStep: number,
  offset: number = 0,
): void {
  const { words } = within(keys, loopSizes.length, loopSizes);
  fillStreams(kind, words, sizeOf(loopSizes), perStep, out, offset);
}

/** Returns keys with one for each iteration of the outermost `until` loops. */
function within(keys: LoopKeys, until: number, loopSizes: readonly number[]): LoopKeys {
  const copies = sizeOf(loopSizes.slice(keys.depth, until));
  return {
    words: copies > 1 ? repeat(keys.words, copies) : keys.words,
    depth: Math.max(keys.depth, until),
  };
}

function checkPath(path: readonly PathStep[], loopSizes: readonly number[]): void {
  if (loopSizes.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    throw new Error(
      `Cannot fill draws: expected loop sizes that are non-negative integers, got [${loopSizes}]`,
    );
  }
  for (const step of path) {
    if (step.op === "foldIn") checkFold(step.data);
    else if (step.op === "split") {
      checkSplit(step.count);
      if (!Number.isInteger(step.index) || step.index < 0 || step.index >= step.count) {
        throw new Error(`Cannot take key ${step.index} of a split into ${step.count}`);
      }
    } else {
      if (!Number.isInteger(step.depth) || step.depth < 0 || step.depth >= loopSizes.length) {
        throw new Error(
          `Cannot fold in the loop at depth ${step.depth}: there are ${loopSizes.length} loops`,
        );
      }
      checkFold(step.offset ?? 0);
      checkFold((step.offset ?? 0) + Math.max(0, loopSizes[step.depth] - 1));
    }
  }
}

function repeat(keys: Int32Array, copies: number): Int32Array<ArrayBuffer> {
  const all = new Int32Array(keys.length * copies);
  for (let k = 0, next = 0; k < keys.length; k += 2) {
    for (let c = 0; c < copies; c++) {
      all[next++] = keys[k];
      all[next++] = keys[k + 1];
    }
  }
  return all;
}
