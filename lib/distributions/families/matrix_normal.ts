import { constant, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { diagonal, matmul, transposeMatrix, triangularSolve } from "../../tensor/linalg/mod.ts";
import { halfLogTwoPi } from "../../tensor/special/mod.ts";
import { given } from "../checks.ts";
import { independent, lowerCholesky, real } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The normaliser of the density: that of the standard form, and the volume. */
function logNormaliser({ scaleTrilRow, scaleTrilColumn, eventShape: [n, p] }: MatrixNormal): Tensor {
  const [rows, columns] = [scaleTrilRow, scaleTrilColumn].map((factor) => diagonal(factor).log().sum(-1));
  return rows.mul(constant(p)).add(columns.mul(constant(n))).add(constant(n * p * halfLogTwoPi));
}
const sizes = (d: MatrixNormal): Shape => [d.scaleTrilRow.shape.at(-1)!, d.scaleTrilColumn.shape.at(-1)!];

const formulas: Formulas<MatrixNormal> = {
  support: independent(real, 2),
  eventShape: sizes,
  rsample: (key, shape, { loc, scaleTrilRow, scaleTrilColumn }) =>
    matmul(matmul(scaleTrilRow, key.draw("normal", shape)), scaleTrilColumn, false, true).add(loc),
  logDensity(value, d) {
    const inner = triangularSolve(d.scaleTrilRow, value.sub(d.loc));
    const noise = triangularSolve(d.scaleTrilColumn, transposeMatrix(inner));
    return noise.square().sum([-2, -1]).mul(constant(-0.5)).sub(logNormaliser(d));
  },
  mean: ({ loc }) => loc,
  mode: ({ loc }) => loc,
  variance({ scaleTrilRow, scaleTrilColumn }) {
    const [rows, columns] = [scaleTrilRow, scaleTrilColumn].map((factor) => factor.square().sum(-1));
    return rows.expandDims(-1).mul(columns.expandDims(-2));
  },
  entropy: (d) => logNormaliser(d).add(constant(0.5 * d.eventShape[0] * d.eventShape[1])),
};

/**
 * The normal distribution of n x p matrices whose rows and columns have a covariance each.
 * Parameters: `loc` `[..., n, p]`, and the lower Cholesky factors `scaleTrilRow` `[..., n, n]` and
 * `scaleTrilColumn` `[..., p, p]`. NumPyro: `MatrixNormal`.
 */
export class MatrixNormal extends ParametricDistribution {
  /** The mean. */
  declare readonly loc: Tensor;
  /** The Cholesky factor of the covariance of rows. */
  declare readonly scaleTrilRow: Tensor;
  /** The Cholesky factor of the covariance of columns. */
  declare readonly scaleTrilColumn: Tensor;

  /**
   * The axes left of those of one matrix broadcast to the batch shape.
   * @throws Error where the sizes do not fit.
   */
  constructor(
    loc: TensorLike,
    scaleTrilRow: TensorLike,
    scaleTrilColumn: TensorLike,
    options?: DistributionOptions,
  ) {
    const [mean, rows, columns] = Object.entries({ loc, scaleTrilRow, scaleTrilColumn })
      .map(([name, value]) => given("MatrixNormal", name, value));
    const [n, p] = mean.shape.slice(-2);
    if (mean.rank < 2 || rows.shape.at(-1) !== n || columns.shape.at(-1) !== p) {
      throw new Error(
        `Cannot make MatrixNormal: found loc [${mean.shape}], scaleTrilRow [${rows.shape}] and scaleTrilColumn ` +
          `[${columns.shape}], expected [..., n, p], [..., n, n] and [..., p, p]`,
      );
    }
    super(formulas, {
      loc: [mean, independent(real, 2)],
      scaleTrilRow: [rows, lowerCholesky],
      scaleTrilColumn: [columns, lowerCholesky],
    }, options);
  }
}
