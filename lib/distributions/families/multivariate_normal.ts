import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { asTensor, constant, formatShape, tf, tryBroadcastShapes } from "../../tensor/mod.ts";
import type { Tensor, TensorLike } from "../../tensor/mod.ts";
import { cholesky, diagonal, matmul, matvec, triangularSolve } from "../../tensor/linalg/mod.ts";
import { halfLogTwoPi } from "../../tensor/special/mod.ts";
import { checkGiven, given } from "../checks.ts";
import { lowerCholesky, positiveDefinite, realVector } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { recall, remember } from "../own_draws.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** Half the log determinant of the covariance. */
const logDiagonal = (scaleTril: Tensor) => diagonal(scaleTril).log().sum(-1);

const formulas: Formulas<MultivariateNormal> = {
  support: realVector,
  eventShape: ({ scaleTril }) => scaleTril.shape.slice(-1),
  rsample(key, shape, d) {
    const noise = key.draw("normal", shape);
    return remember(matvec(d.scaleTril, noise).add(d.loc), noise, d);
  },
  logDensity(value, d) {
    const noise = recall(value, d);
    const squares = noise
      ? noise.square().sum(-1)
      : triangularSolve(d.scaleTril, value.sub(d.loc).expandDims(-1)).square().sum([-2, -1]);
    const normaliser = logDiagonal(d.scaleTril).add(constant(d.eventShape[0] * halfLogTwoPi));
    return squares.mul(constant(-0.5)).sub(normaliser);
  },
  mean: ({ loc }) => loc,
  mode: ({ loc }) => loc,
  variance: ({ scaleTril }) => scaleTril.square().sum(-1),
  entropy: ({ scaleTril, eventShape: [n] }) => logDiagonal(scaleTril).add(constant(n * (0.5 + halfLogTwoPi))),
};

/** The spread of a multivariate normal: exactly one of the three, each `[..., n, n]`. */
export interface MultivariateNormalSpread {
  /** The lower Cholesky factor of the covariance. */
  readonly scaleTril?: Tensor | number[][];
  /** The covariance. */
  readonly covariance?: Tensor | number[][];
  /** The inverse of the covariance. */
  readonly precision?: Tensor | number[][];
}

const spreadNames: OptionNames<MultivariateNormalSpread> = {
  scaleTril: true,
  covariance: true,
  precision: true,
};

/**
 * The multivariate normal distribution. Parameters: `loc` `[..., n]` and one form of spread `[...,
 * n, n]`.
 *
 * @example By its covariance
 * ```ts
 * import { MultivariateNormal } from "@pyrosaur/pyrosaur/distributions";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const normal = new MultivariateNormal([0, 0], { covariance: [[4, 2], [2, 10]] });
 * assert.deepEqual(normal.eventShape, [2]);
 * assert.deepEqual(normal.scaleTril.arraySync(), [[2, 0], [1, 3]]);
 * assert.deepEqual(normal.rsample(random.key(0), [3]).shape, [3, 2]);
 * ```
 */
export class MultivariateNormal extends ParametricDistribution {
  /** The mean. */
  declare readonly loc: Tensor;
  /** The lower Cholesky factor of the covariance. */
  declare readonly scaleTril: Tensor;

  /**
   * Makes the distribution; the axes of `loc` and the spread left of their own broadcast to the
   * batch shape.
   * @throws Error unless exactly one form of spread is given, of a size that fits `loc`.
   */
  constructor(loc: TensorLike, spread: MultivariateNormalSpread, options?: DistributionOptions) {
    checkOptions("make MultivariateNormal", spread, spreadNames);
    const scaleTril = toScaleTril(spread, options);
    const mean = given("MultivariateNormal", "loc", loc);
    if (scaleTril.rank < 2 || !tryBroadcastShapes(mean.shape.slice(-1), scaleTril.shape.slice(-1))) {
      const [found, size] = [mean.shape, scaleTril.shape].map(formatShape);
      throw new Error(
        `Cannot make MultivariateNormal: loc of shape ${found} does not fit a spread of shape ${size}; expected ` +
          "[..., n] and [..., n, n]",
      );
    }
    const vector = mean.rank === 0 ? mean.reshape([1]) : mean;
    super(formulas, { loc: [vector, realVector], scaleTril: [scaleTril, lowerCholesky] }, options);
  }

  /** The covariance `[..., n, n]`. */
  get covariance(): Tensor {
    return matmul(this.scaleTril, this.scaleTril, false, true);
  }
}

function toScaleTril(spread: MultivariateNormalSpread, options?: DistributionOptions): Tensor {
  const { scaleTril, covariance, precision } = spread ?? {};
  const given = [scaleTril, covariance, precision].filter((form) => form !== undefined);
  if (given.length !== 1) {
    throw new Error(
      `Cannot make MultivariateNormal: expected exactly one of scaleTril, covariance and precision, found ${given.length}`,
    );
  }
  const matrix = asTensor(given[0]!);
  if (scaleTril !== undefined) return matrix;
  const parameter = covariance === undefined ? "precision" : "covariance";
  checkGiven("MultivariateNormal", { [parameter]: [matrix, positiveDefinite] }, options);
  if (covariance !== undefined) return cholesky(matrix);
  // With rows and columns reversed, the inverse of the factor is triangular on the side wanted.
  const upper = reverseBoth(cholesky(reverseBoth(matrix)));
  return triangularSolve(upper, tf.eye(matrix.shape[matrix.rank - 1]), { lower: false, transpose: true });
}

/** Matrices with their rows and columns in reverse order. */
function reverseBoth(matrix: Tensor): Tensor {
  const n = matrix.shape[matrix.rank - 1];
  const order = tf.tensor1d(Array.from({ length: n }, (_, i) => n - 1 - i), "int32");
  return tf.gather(tf.gather(matrix, order, matrix.rank - 1), order, matrix.rank - 2);
}
