/** Reads reference values and compares with them, in float32 on the CPU and in float64 on the stand-in. */
import assert from "node:assert/strict";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { f64, inFloat64, read } from "../tensor/special/float64.ts";

/** Nested lists of numbers, with "nan", "inf" and "-inf" as strings. */
export type Nested = number | string | readonly Nested[];

const special: Record<string, number> = { nan: NaN, inf: Infinity, "-inf": -Infinity };

/** The same nesting with numbers alone. */
export function numbers(value: Nested): any {
  if (Array.isArray(value)) return value.map(numbers);
  return typeof value === "string" ? special[value] : value;
}

/** The cases of a file of reference values. */
export function cases(file: string): any[] {
  return JSON.parse(Deno.readTextFileSync(new URL(`../golden/${file}`, import.meta.url))).cases;
}

/** Makes tensors from nested lists in the precision under test. */
export type Make = (data: any) => Tensor;

/**
 * Checks `compute` against expected values: 1e-9 relative in float64; in float32 1e-5 of the larger
 * of 1 and the value, plus what rounding the inputs to float32 alone changes.
 *
 * @param double64 another relative tolerance in float64, for references with fewer digits
 */
export function compare(
  label: string,
  expected: Nested,
  compute: (make: Make) => Tensor,
  double64 = 1e-9,
): void {
  const wanted: number[] = [numbers(expected)].flat(Infinity);
  const double = inFloat64(() => read(compute(f64)));
  const rounded = inFloat64(() => read(compute((data) => f64(round(data)))));
  const single = [...compute((data) => tf.tensor(data, undefined, "float32")).dataSync()];
  assert.equal(double.length, wanted.length, `${label}: ${double.length} values, expected ${wanted.length}`);
  wanted.forEach((value, i) => {
    const scale = Math.max(1, Math.abs(value));
    close(`${label}[${i}] float64`, double[i], value, double64 * scale);
    close(`${label}[${i}] float32`, single[i], value, 1e-5 * scale + Math.abs(rounded[i] - double[i]));
  });
}

function round(data: any): any {
  return Array.isArray(data) ? data.map(round) : Math.fround(data);
}

/** Fails unless two numbers are within a tolerance, or are the same special value. */
export function close(label: string, found: number, expected: number, tolerance: number): void {
  if (Object.is(found, expected) || found === expected) return;
  assert.ok(Math.abs(found - expected) <= tolerance, `${label}: found ${found}, expected ${expected}`);
}
