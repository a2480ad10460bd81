import { compile, type Precision } from "../../lib/compile/mod.ts";
import { type HostArray, sizeOf, type Tensor } from "../../lib/tensor/mod.ts";

/** A file of reference values. */
export interface GoldenFile {
  /** The software that computed it. */
  origin: string;
  cases: any[];
  [key: string]: any;
}

/** The result of one case. */
export type Outcome =
  | { readonly case: string; readonly unsupported: string }
  | { readonly case: string; readonly float32: number; readonly float64: number; readonly note?: string };

/** Checks the cases of one file; errors are relative. */
export type Reader = (file: GoldenFile) => AsyncIterable<Outcome>;

/** Largest relative errors that pass. */
export const tolerance: Record<Precision, number> = { float32: 1e-5, float64: 1e-9 };

/** Tensors by name. */
export type Named = Record<string, Tensor>;

/** Arrays by name. */
export type Arrays = Record<string, HostArray>;

/** Makes an array from a function of the index, as the files' rules for weights say. */
export const filled = (shape: readonly number[], value: (i: number) => number): HostArray => ({
  data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => value(i)),
  shape: [...shape],
});

/** Numbers as the files write them: `"nan"`, `"inf"` and `"-inf"` are text. */
function number(value: number | string | boolean): number {
  if (typeof value !== "string") return Number(value);
  return value === "inf" ? Infinity : value === "-inf" ? -Infinity : NaN;
}

/** Returns a nested list of numbers as an array. */
export function array(value: unknown): HostArray & { data: Float64Array } {
  const shape: number[] = [];
  for (let v = value; Array.isArray(v); v = v[0]) shape.push(v.length);
  return { data: Float64Array.from([value].flat(Infinity) as (number | string)[], number), shape };
}

/**
 * Returns the largest relative error of an array. Below 1e-5, and below 1e-6 of the largest
 * expected magnitude, errors count relative to that: such references come out of formulas that
 * cancel, in float64, and have an absolute error of about 1e-15 themselves; one of exactly 0 is met
 * by what rounding leaves.
 */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0, largest = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Number.isFinite(expected[i])) largest = Math.max(largest, Math.abs(expected[i]));
  }
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i], e = expected[i];
    if (Object.is(a, e) || a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    const error = Math.abs(a - e) / Math.max(Math.abs(e), 1e-6 * largest, 1e-5);
    worst = Math.max(worst, Number.isNaN(error) ? Infinity : error);
  }
  return worst;
}

/**
 * Holds a function against expected values in both precisions. In float32 the arguments themselves
 * are rounded, which alone can move a result by more than the tolerance; the reference there is the
 * float64 result (which has just been held against the file) at the rounded arguments.
 */
export async function bothPrecisions(
  fn: (...x: Tensor[]) => Record<string, Tensor>,
  args: readonly HostArray[],
  expected: Record<string, unknown>,
): Promise<{ float32: number; float64: number }> {
  const double = compile(fn, { dtype: "float64" }), single = compile(fn, { dtype: "float32" });
  const rounded = args.map(({ data, shape }) => ({
    data: Float64Array.from(Float32Array.from(data)),
    shape,
  }));
  const [exact, reference, rough] = [
    await double.arrays(...args),
    await double.arrays(...rounded),
    await single.arrays(...rounded),
  ];
  let float64 = 0, float32 = 0;
  for (const [name, value] of Object.entries(expected)) {
    float64 = Math.max(float64, relativeError(exact[name].data, array(value).data));
    float32 = Math.max(float32, relativeError(rough[name].data, reference[name].data));
  }
  await double.release();
  await single.release();
  return { float32, float64 };
}

/**
 * Returns the length of the difference, relative to that of what was expected: single entries may
 * cancel in float32.
 */
export function distance(found: ArrayLike<number>, expected: readonly number[]): number {
  const apart = Math.hypot(...expected.map((e, i) => found[i] - e));
  return apart / Math.hypot(...expected);
}
