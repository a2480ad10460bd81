import { asTensor, formatShape, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { realVector } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { fitVectors } from "./util/fit_vectors.ts";
import { reflect } from "./util/reflect.ts";

/**
 * Reflections one after the other (Tomczak and Welling 2016), as Pyro's `ConditionedHouseholder`:
 * each is y = x - 2 u (u'x) / |u|^2. Lengths, angles and volumes stay; D reflections make any
 * orthogonal matrix of determinant (-1)^D.
 *
 * @example A reflection in the plane between two axes changes their places
 * ```ts
 * import { Householder } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const y = new Householder([[1, -1, 0]]).forward(tf.tensor([3, 4, 5]));
 * assert.deepEqual([...y.dataSync()].map(Math.round), [4, 3, 5]);
 * ```
 */
export class Householder extends FormulaTransform {
  /** The normals of the planes, the first reflection's first: [..., K, D]. */
  readonly u: Tensor;

  /**
   * Makes the transform.
   * @param u the normals of the planes, of any length but 0: [..., K, D]
   * @throws Error where u is no matrix.
   */
  constructor(u: TensorLike) {
    const normals = asTensor(u);
    if (normals.rank < 2) {
      throw new Error(
        `Cannot make Householder: u has shape ${formatShape(normals.shape)}, ` +
          "expected [..., K, D], a row for each of K reflections",
      );
    }
    const fit = (shape: readonly number[]) =>
      fitVectors("Householder", [...shape], normals.shape.toSpliced(-2, 1));
    super({
      domain: realVector,
      codomain: realVector,
      forward: (x) => (fit(x.shape), reflect(x, normals)),
      inverse: (y) => (fit(y.shape), reflect(y, normals, true)),
      logSlope: (x) => tf.zeros(fit(x.shape).slice(0, -1)),
      parameters: [normals],
      forwardShape: fit,
    });
    this.u = normals;
  }
}
