import { checkOptions } from "../../system/mod.ts";
import { asTensor, constant, formatShape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { diagonal, matvec } from "../../tensor/linalg/mod.ts";
import { realVector } from "../constraints/mod.ts";
import { broadcastTo } from "../shapes.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { fitVectors } from "./util/fit_vectors.ts";

/**
 * y = exp(M) x with any square matrix M (Hoogeboom et al. 2020), as Pyro's
 * `ConditionedMatrixExponential`; the inverse is that of -M, and the log-determinant the trace of
 * M. The exponential is its power series, cut off: n terms of a matrix of norm |M| leave an error
 * of |M|^(n + 1) / (n + 1)! of |x|, by which the inverse misses too.
 *
 * @example A turn by a quarter
 * ```ts
 * import { MatrixExponential } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const angle = Math.PI / 2;
 * const turn = new MatrixExponential([[0, -angle], [angle, 0]], { iterations: 16 });
 * const [x, y] = turn.forward(tf.tensor([1, 0])).dataSync();
 * assert(Math.abs(x) < 1e-6 && Math.abs(y - 1) < 1e-6);
 * ```
 */
export class MatrixExponential extends FormulaTransform {
  /** The matrix whose exponential is taken: [..., D, D]. */
  readonly weights: Tensor;

  /**
   * Makes the transform.
   * @param weights the matrix, [..., D, D]
   * @param options `iterations`: the number of terms behind the identity's (default 8)
   * @throws Error for a matrix that is not square, and iterations that are no positive integer.
   */
  constructor(weights: TensorLike, options?: { iterations?: number }) {
    checkOptions("make MatrixExponential", options, { iterations: true });
    const { iterations = 8 } = options ?? {}, matrix = asTensor(weights), { shape } = matrix;
    const refuse = (problem: string): never => {
      throw new Error(`Cannot make MatrixExponential: ${problem}`);
    };
    if (!(Number.isSafeInteger(iterations) && iterations > 0)) {
      refuse(`iterations is ${iterations}, expected a positive integer`);
    }
    if (shape.length < 2 || shape.at(-1) !== shape.at(-2)) {
      refuse(`weights has shape ${formatShape(shape)}, expected [..., D, D]`);
    }
    const fit = (given: readonly number[]) =>
      fitVectors("MatrixExponential", [...given], shape.toSpliced(-2, 1));
    const series = (m: Tensor, x: Tensor): Tensor => {
      fit(x.shape);
      let term = x, sum = x;
      for (let i = 1; i <= iterations; i++) {
        term = matvec(m, term).mul(constant(1 / i));
        sum = sum.add(term);
      }
      return sum;
    };
    super({
      domain: realVector,
      codomain: realVector,
      forward: (x) => series(matrix, x),
      inverse: (y) => series(matrix.neg(), y),
      logSlope: (x) => broadcastTo(diagonal(matrix).sum(-1), fit(x.shape).slice(0, -1)),
      parameters: [matrix],
      forwardShape: fit,
    });
    this.weights = matrix;
  }
}
