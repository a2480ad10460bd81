import { asTensor, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { orderedVector, simplex } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { cumsumLast, padLast, sliceLast } from "./util/pad.ts";

/** The sums of the first parts, and of the last ones. */
function sides(x: Tensor): { below: Tensor; above: Tensor } {
  const n = x.shape[x.rank - 1];
  return { below: sliceLast(cumsumLast(x), 0, n - 1), above: sliceLast(cumsumLast(x, false, true), 1) };
}

/**
 * From the simplex's points of n parts to n - 1 increasing numbers, between which a logistic
 * variable with median `anchor` has these probabilities: a Dirichlet prior for the cut points of
 * `OrderedLogistic`. Pyro and NumPyro: `SimplexToOrderedTransform`.
 *
 * @example Equal probabilities
 * ```ts
 * import { SimplexToOrderedTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const cuts = new SimplexToOrderedTransform(1).forward(tf.tensor([0.25, 0.25, 0.5]));
 * assert(Math.abs(cuts.dataSync()[1] - 1) < 1e-6);
 * ```
 */
export class SimplexToOrderedTransform extends FormulaTransform {
  /** Makes the transform; `anchor` (default 0) broadcasts with vectors without their last axis. */
  constructor(anchor: TensorLike = 0) {
    const median = asTensor(anchor).expandDims(-1);
    super({
      domain: simplex,
      codomain: orderedVector,
      forward(x) {
        const { below, above } = sides(x);
        return below.log().sub(above.log()).add(median);
      },
      inverse(y) {
        const from = y.sub(median).sigmoid(), rest = median.sub(y).sigmoid();
        const n = y.shape[y.rank - 1];
        const steps = sliceLast(from, 1).sub(sliceLast(from, 0, n - 1));
        const first = padLast(sliceLast(from, 0, 1), 0, n), last = padLast(sliceLast(rest, n - 1), n, 0);
        return first.add(padLast(steps, 1, 1)).add(last);
      },
      logSlope(x) {
        const { below, above } = sides(x);
        return below.log().add(above.log()).sum(-1).neg();
      },
      forwardShape: (shape) => shape.with(-1, shape.at(-1)! - 1),
      inverseShape: (shape) => shape.with(-1, shape.at(-1)! + 1),
    });
  }
}
