import type { Tensor } from "../../tensor/mod.ts";
import { diagonal, matvec, triangularSolve } from "../../tensor/linalg/mod.ts";
import { realVector } from "../constraints/mod.ts";
import { broadcastTo } from "../shapes.ts";
import { FormulaTransform } from "./formula_transform.ts";

/**
 * y = loc + scaleTril x, with a lower triangular matrix whose diagonal is positive, as Pyro's
 * `LowerCholeskyAffine`: from standard normal vectors to those of a multivariate normal.
 *
 * @example Two correlated numbers
 * ```ts
 * import { LowerCholeskyAffine } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const affine = new LowerCholeskyAffine(tf.tensor([1, 2]), tf.tensor([[2, 0], [1, 3]]));
 * assert.deepEqual([...affine.forward(tf.tensor([1, -1])).dataSync()], [3, 0]);
 * ```
 */
export class LowerCholeskyAffine extends FormulaTransform {
  /**
   * Makes the transform.
   * @param loc the shift, `[D]`
   * @param scaleTril the matrix, `[D, D]`
   */
  constructor(readonly loc: Tensor, readonly scaleTril: Tensor) {
    super({
      domain: realVector,
      codomain: realVector,
      forward: (x) => matvec(scaleTril, x).add(loc),
      inverse: (y) => triangularSolve(scaleTril, y.sub(loc).expandDims(-1)).squeeze([-1]),
      logSlope: (x) => broadcastTo(diagonal(scaleTril).log().sum(-1), x.shape.slice(0, -1)),
    });
  }
}
