import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { orderedSimplex, realVector } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { StickBreakingTransform } from "./stick_breaking.ts";
import { cumsumLast, padLast, sliceLast } from "./util/pad.ts";

/** n, n - 1 ... 1, for vectors of n. */
const remaining = (like: Tensor): Tensor => {
  const n = like.shape[like.rank - 1];
  return tf.tensor1d(Array.from({ length: n }, (_, i) => n - i)) as Tensor;
};

/**
 * From vectors of n - 1 numbers to the simplex's points whose n parts do not decrease: a point of
 * the simplex by breaking a stick, each of whose parts is spread evenly over a place and all behind
 * it. The corners of the ordered simplex are those of the whole one, so spread.
 *
 * @example The uniform point becomes the middle of the ordered ones
 * ```ts
 * import { OrderedSimplexTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const y = new OrderedSimplexTransform().forward(tf.zeros([1]));
 * assert.deepEqual([...y.dataSync()], [0.25, 0.75]);
 * ```
 */
export class OrderedSimplexTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    const stick = new StickBreakingTransform();
    const back = (y: Tensor): Tensor => {
      const before = padLast(sliceLast(y, 0, y.shape[y.rank - 1] - 1), 1, 0);
      return y.sub(before).mul(remaining(y));
    };
    super({
      domain: realVector,
      codomain: orderedSimplex,
      forward(x) {
        const parts = stick.forward(x);
        return cumsumLast(parts.div(remaining(parts)));
      },
      inverse: (y) => stick.inverse(back(y)),
      logSlope(x, y) {
        // Each part but the last, which the others make, is divided by its number of places.
        const n = y.shape[y.rank - 1];
        let logFactorial = 0;
        for (let k = 2; k <= n; k++) logFactorial += Math.log(k);
        return stick.logAbsDetJacobian(x, y).sub(constant(logFactorial));
      },
      forwardShape: (shape) => stick.forwardShape(shape),
      inverseShape: (shape) => stick.inverseShape(shape),
    });
  }
}
