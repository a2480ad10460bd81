import { constant, type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { independent, real, zeroSum } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { type Transform, unfit } from "./transform.ts";

/** Appends an entry to an axis, so that its sum is 0: an isometry, which favours no entry. */
function extend(x: Tensor, axis: number): Tensor {
  const n = x.shape[axis] + 1, root = Math.sqrt(n), sum = x.sum(axis, true);
  const shared = sum.mul(constant(1 / (root + n))), last = shared.sub(sum.mul(constant(1 / root)));
  return tf.concat([x, last], axis).sub(shared);
}

/** Takes that entry away again. */
function shorten(y: Tensor, axis: number): Tensor {
  const n = y.shape[axis], root = Math.sqrt(n);
  const [others, last] = tf.split(y, [n - 1, 1], axis);
  return others.sub(last.mul(constant(root / (root + n))));
}

/**
 * From n - 1 numbers to n that sum to 0, on each of the last axes, as NumPyro's `ZeroSumTransform`:
 * lengths and angles stay, so that the log-determinant, of volumes within the plane, is 0.
 *
 * @example
 * ```ts
 * import { ZeroSumTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const y = new ZeroSumTransform().forward(tf.tensor([1, 2, 2]));
 * assert.deepEqual(y.shape, [4]);
 * assert(Math.abs(y.sum().dataSync()[0]) < 1e-6);
 * assert(Math.abs(y.square().sum().dataSync()[0] - 9) < 1e-5);
 * ```
 */
export class ZeroSumTransform extends FormulaTransform {
  /**
   * Makes the transform.
   * @param axes how many of the last axes sum to 0 (default 1)
   * @throws Error where that is no positive integer.
   */
  constructor(readonly axes: number = 1) {
    if (!(Number.isSafeInteger(axes) && axes > 0)) {
      throw new Error(`Cannot make ZeroSumTransform: axes is ${axes}, expected a positive integer`);
    }
    const places = Array.from({ length: axes }, (_, i) => i - axes);
    const moved = (shape: Shape, by: 1 | -1) => {
      const isWhole = shape.length >= axes && shape.slice(-axes).every((size) => size + by >= 1);
      if (!isWhole) {
        unfit("ZeroSumTransform", shape, `expected ${axes} axes of ${by < 0 ? 2 : 1} entries or more`);
      }
      return shape.map((size, i) => i < shape.length - axes ? size : size + by);
    };
    super({
      domain: independent(real, axes),
      codomain: zeroSum(axes),
      forward: (x) => (moved(x.shape, 1), places.reduce((v, axis) => extend(v, v.rank + axis), x)),
      inverse: (y) => (moved(y.shape, -1), places.reduce((v, axis) => shorten(v, v.rank + axis), y)),
      logSlope: (x) => tf.zeros(x.shape.slice(0, x.rank - axes)),
      forwardShape: (shape) => moved(shape, 1),
      inverseShape: (shape) => moved(shape, -1),
    });
  }

  /** Tells whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof ZeroSumTransform && this.axes === other.axes;
  }
}
