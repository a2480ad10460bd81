import { formatShape, sameShape, type Shape, sizeOf, tf } from "../../tensor/mod.ts";
import { independent, real } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { type Transform, unfit } from "./transform.ts";

/**
 * Lays the event axes out in another shape, as torch's and NumPyro's `ReshapeTransform`.
 *
 * @example Vectors of four as matrices
 * ```ts
 * import { ReshapeTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const matrices = new ReshapeTransform([4], [2, 2]);
 * assert.deepEqual(matrices.forward(tf.ones([5, 4])).shape, [5, 2, 2]);
 * ```
 */
export class ReshapeTransform extends FormulaTransform {
  /**
   * Makes the transform.
   * @param inShape the event axes of x
   * @param outShape the event axes of y
   * @throws Error where the two hold different numbers of entries.
   */
  constructor(readonly inShape: Shape, readonly outShape: Shape) {
    const [source, target] = [inShape, outShape].map(formatShape);
    if (sizeOf(inShape) !== sizeOf(outShape)) {
      throw new Error(
        `Cannot make ReshapeTransform: ${source} holds ${sizeOf(inShape)} entries, ` +
          `${target} ${sizeOf(outShape)}; expected as many`,
      );
    }
    const turn = (shape: Shape, from: Shape, to: Shape) => {
      const cut = shape.length - from.length;
      if (cut < 0 || !sameShape(shape.slice(cut), from)) {
        unfit("ReshapeTransform", shape, `expected ${formatShape(from)} at its end`);
      }
      return [...shape.slice(0, cut), ...to];
    };
    const forwardShape = (shape: Shape) => turn(shape, inShape, outShape);
    const inverseShape = (shape: Shape) => turn(shape, outShape, inShape);
    super({
      domain: independent(real, inShape.length),
      codomain: independent(real, outShape.length),
      forward: (x) => x.reshape(forwardShape(x.shape)),
      inverse: (y) => y.reshape(inverseShape(y.shape)),
      logSlope: (x) => tf.zeros(x.shape.slice(0, x.rank - inShape.length)),
      forwardShape,
      inverseShape,
    });
  }

  /** Tells whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof ReshapeTransform && sameShape(this.inShape, other.inShape) &&
      sameShape(this.outShape, other.outShape);
  }
}
