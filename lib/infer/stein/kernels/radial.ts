import { stopGradient } from "../../../compile/mod.ts";
import { checkOptions } from "../../../system/mod.ts";
import { constant, type Tensor, tf } from "../../../tensor/mod.ts";
import {
  checkBandwidth,
  fail,
  medianSquare,
  squaredDistances,
  type SteinField,
  type SteinKernel,
} from "./kernel.ts";

/** The distances that a radial kernel is of: of whole particles, or of each number by itself. */
export type KernelMode = "norm" | "vector";

/** The values of a kernel at squared distances, and its derivatives in these. */
type Profile = (squares: Tensor) => { readonly gram: Tensor; readonly slope: Tensor };

function checkMode(kernel: string, mode: unknown): void {
  if (mode !== "norm" && mode !== "vector") fail(kernel, "mode", mode, '"norm" or "vector"');
}

/** Makes the sums of a radial kernel over particles. */
function radial(x: Tensor, mode: KernelMode, profile: Profile): SteinField {
  if (mode === "norm") {
    const { gram, slope } = profile(squaredDistances(x)), twice = slope.mul(constant(2));
    return {
      smooth: (rows) => gram.matMul(rows),
      repulsion: twice.matMul(x).sub(x.mul(twice.sum(1, true))),
    };
  }
  const apart = x.expandDims(0).sub(x.expandDims(1)), { gram, slope } = profile(apart.square());
  return {
    smooth: (rows) => gram.mul(rows.expandDims(0)).sum(1),
    repulsion: slope.mul(apart).sum(1).mul(constant(2)),
  };
}

/** Returns the bandwidth of a radial kernel: the one given, else by the median of distances. */
export function bandwidthOf(x: Tensor, bandwidth: number | undefined): Tensor {
  const count = x.shape[0];
  if (bandwidth !== undefined || count === 1) return constant(bandwidth ?? 1);
  const square = stopGradient(medianSquare(squaredDistances(x)));
  return square.div(constant(Math.log(count))).add(constant(1e-5));
}

/**
 * Makes the radial kernel exp(-|x - y|^2 / h), as NumPyro's `RBFKernel`.
 *
 * @param options `bandwidth`: h (default: the squared median of the distances over the logarithm of
 * the number of particles, at each step; Liu and Wang 2016); `mode`: "vector" for a kernel of each
 * number by itself, which particles of many numbers are not too far apart for (default "norm")
 * @throws Error unless the bandwidth is a number above 0.
 *
 * @example Two particles that push each other apart
 * ```ts
 * import { rbfKernel } from "@pyrosaur/pyrosaur/infer";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const kernel = rbfKernel({ bandwidth: 2 });
 * const { smooth, repulsion } = kernel(tf.tensor([[0], [1]]), new Map());
 * const [, second] = smooth(tf.tensor([[1], [0]])).dataSync();
 * assert.ok(Math.abs(second - Math.exp(-0.5)) < 1e-6);
 * const [left, right] = repulsion.dataSync();
 * assert.ok(left < 0 && right > 0);
 * ```
 */
export function rbfKernel(options?: { bandwidth?: number; mode?: KernelMode }): SteinKernel {
  checkOptions("make rbfKernel", options, { bandwidth: true, mode: true });
  const { mode = "norm" } = options ?? {}, bandwidth = checkBandwidth("rbfKernel", options?.bandwidth);
  checkMode("rbfKernel", mode);
  return (x) => {
    const h = bandwidthOf(x, bandwidth);
    return radial(x, mode, (squares) => {
      const gram = squares.div(h).neg().exp();
      return { gram, slope: gram.div(h).neg() };
    });
  };
}

/**
 * Makes the inverse multiquadric kernel (c^2 + |x - y|^2)^e, as NumPyro's `IMQKernel`: particles
 * far away still count (Gorham and Mackey 2017).
 *
 * @param options `c` (default 1, above 0), the exponent `e` (default -0.5, between -1 and 0), and
 * `mode` as of `rbfKernel`
 * @throws Error for others.
 */
export function imqKernel(options?: { c?: number; exponent?: number; mode?: KernelMode }): SteinKernel {
  checkOptions("make imqKernel", options, { c: true, exponent: true, mode: true });
  const { c = 1, exponent = -0.5, mode = "norm" } = options ?? {};
  if (!(c > 0 && c < Infinity)) fail("imqKernel", "c", c, "a number above 0");
  if (!(exponent > -1 && exponent < 0)) fail("imqKernel", "exponent", exponent, "a number between -1 and 0");
  checkMode("imqKernel", mode);
  return (x) =>
    radial(x, mode, (squares) => {
      const base = squares.add(constant(c * c)), gram = base.pow(constant(exponent));
      return { gram, slope: gram.div(base).mul(constant(exponent)) };
    });
}

/** Makes the kernel x'y + 1, as NumPyro's `LinearKernel`: it gets means and variances right. */
export function linearKernel(): SteinKernel {
  return (x) => ({
    smooth: (rows) => x.matMul(tf.matMul(x, rows, true)).add(rows.sum(0, true)),
    repulsion: x.mul(constant(x.shape[0])),
  });
}
