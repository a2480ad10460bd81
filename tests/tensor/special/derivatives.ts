/** Holds the derivative rule of a primitive against central differences, in float64. */
import assert from "node:assert/strict";
import type { Tensor } from "../../../lib/tensor/mod.ts";
import { f64, inFloat64, read, vjpOf } from "./float64.ts";

const nested = (flat: number[], shape: number[]): any =>
  shape.length === 0 ? flat[0] : Array.from({ length: shape[0] }, (_, i) => {
    const step = flat.length / shape[0];
    return nested(flat.slice(i * step, (i + 1) * step), shape.slice(1));
  });

/** Checks the vjp of `f`, one primitive, at the given inputs; `project` maps a perturbation into f's domain. */
export function checkVjp(
  label: string,
  f: (...inputs: Tensor[]) => Tensor,
  inputs: any[],
  tolerance = 1e-6,
  project: (direction: number[][]) => number[][] = (d) => d,
): void {
  inFloat64(() => {
    const tensors = inputs.map((x) => f64(x));
    const output = f(...tensors);
    const weights = read(output).map((_, i) => Math.cos(1 + i));
    const cotangents = vjpOf(f, tensors, f64(nested(weights, output.shape)));
    const flats = tensors.map(read);
    const direction = project(flats.map((flat, k) => flat.map((_, i) => Math.sin(3 * i + k + 1))));
    const value = (h: number) => {
      const moved = flats.map((flat, k) => flat.map((x, i) => x + h * direction[k][i]));
      return read(f(...moved.map((flat, k) => f64(nested(flat, tensors[k].shape)))))
        .reduce((sum, y, i) => sum + y * weights[i], 0);
    };
    const h = 1e-5;
    const numeric = (value(h) - value(-h)) / (2 * h);
    const exact = cotangents.reduce((sum, cotangent, k) => {
      if (!cotangent) return sum;
      assert.deepEqual(cotangent.shape, tensors[k].shape, `${label}: cotangent ${k} has another shape`);
      return sum + read(cotangent).reduce((s, c, i) => s + c * direction[k][i], 0);
    }, 0);
    assert.ok(
      Math.abs(numeric - exact) <= tolerance * Math.max(1, Math.abs(numeric)),
      `${label}: rule gives ${exact}, differences give ${numeric}`,
    );
  });
}
