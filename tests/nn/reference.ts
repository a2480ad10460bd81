/** Values computed with PyTorch and Pyro (`reference.json` says how), and both engines held against them. */
import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import { type HostArray, mapTree, sizeOf, type Tensor, toTensor } from "../../lib/tensor/mod.ts";

/** The reference values. */
export const reference: any = JSON.parse(
  Deno.readTextFileSync(new URL("./reference.json", import.meta.url)),
);

/** A tensor of the files' rule: entry i is scale * sin(i + 1 + c). */
export function filled(shape: number[], c: number, scale: number): HostArray {
  const size = sizeOf(shape);
  return { data: Float64Array.from({ length: size }, (_, i) => scale * Math.sin(i + 1 + c)), shape };
}

/** Tensors by PyTorch's names as a tree: `layers.0.weight` is `layers[0].weight`. */
export function tree<T>(names: readonly string[], leaves: readonly T[]): any {
  const root: any = {};
  names.forEach((name, i) => {
    const path = name.split(".");
    let at = root;
    path.slice(0, -1).forEach((key, k) => at = at[key] ??= /^\d+$/.test(path[k + 1]) ? [] : {});
    at[path[path.length - 1]] = leaves[i];
  });
  return root;
}

const isHost = (value: unknown): value is HostArray => ArrayBuffer.isView((value as HostArray)?.data);

/** Fails unless all numbers are within a tolerance, relative above 1. */
export function near(
  label: string,
  found: { data: ArrayLike<number>; shape: number[] },
  expected: any,
  tolerance: number,
): void {
  const shape: number[] = [];
  for (let v = expected; Array.isArray(v); v = v[0]) shape.push(v.length);
  assert.deepEqual(found.shape, shape, label);
  ([expected].flat(Infinity) as number[]).forEach((value, i) => {
    const error = Math.abs(found.data[i] - value) / Math.max(1, Math.abs(value));
    assert.ok(error <= tolerance, `${label}[${i}]: found ${found.data[i]}, expected ${value}`);
  });
}

/**
 * Holds a function's results against expected values: compiled for both engines in float64 (to
 * 1e-9) and run eagerly in float32 (to 1e-4).
 */
export async function agrees(
  fn: (...x: any[]) => Record<string, Tensor>,
  args: unknown[],
  expected: Record<string, unknown>,
): Promise<void> {
  for (const engine of ["onnx", "js"] as const) {
    const compiled = compile(fn, { dtype: "float64", engine }), found = await compiled.arrays(...args);
    await compiled.release();
    for (const [name, value] of Object.entries(expected)) near(`${engine} ${name}`, found[name], value, 1e-9);
  }
  const eager = fn(...mapTree(args, isHost, toTensor));
  for (const [name, value] of Object.entries(expected)) {
    near(`eager ${name}`, { data: eager[name].dataSync(), shape: eager[name].shape }, value, 1e-4);
  }
}
