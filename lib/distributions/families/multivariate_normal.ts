import {
  asTensor,
  constant,
  formatShape,
  type Key,
  type Shape,
  type Tensor,
  type TensorLike,
  tf,
  tryBroadcastShapes,
} from "../../tensor/mod.ts";
import { cholesky, diagonal, matmul, matvec, triangularSolve } from "../../tensor/linalg/mod.ts";
import { checkParameter } from "../checks.ts";
import { type Constraint, lowerCholesky, positiveDefinite, realVector } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { isValidationEnabled } from "../validation.ts";
import { halfLogTwoPi } from "../../tensor/special/mod.ts";

/** The spread of a multivariate normal: exactly one of the three, each `[..., n, n]`. */
export interface MultivariateNormalSpread {
  /** The lower Cholesky factor of the covariance. */
  readonly scaleTril?: Tensor | number[][];
  /** The covariance. */
  readonly covariance?: Tensor | number[][];
  /** The inverse of the covariance. */
  readonly precision?: Tensor | number[][];
}

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
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = realVector;
  /** The mean. */
  readonly loc: Tensor;
  /** The lower Cholesky factor of the covariance. */
  readonly scaleTril: Tensor;

  /**
   * Makes the distribution; the axes of `loc` and the spread left of their own broadcast to the
   * batch shape.
   * @throws Error unless exactly one form of spread is given, of a size that fits `loc`.
   */
  constructor(loc: TensorLike, spread: MultivariateNormalSpread, options?: DistributionOptions) {
    const scaleTril = toScaleTril(spread, options?.validate ?? isValidationEnabled());
    const mean = asTensor(loc);
    const size = scaleTril.shape[scaleTril.rank - 1];
    const given = mean.shape[mean.rank - 1] ?? 1;
    if (scaleTril.rank < 2 || !tryBroadcastShapes([given], [size])) {
      throw new Error(
        `Cannot make MultivariateNormal: loc of shape ${
          formatShape(mean.shape)
        } does not fit a spread of shape ` +
          `${formatShape(scaleTril.shape)}; expected [..., n] and [..., n, n]`,
      );
    }
    super(
      {
        loc: [mean.rank === 0 ? mean.reshape([1]) : mean, realVector],
        scaleTril: [scaleTril, lowerCholesky],
      },
      [size],
      options,
    );
    ({ loc: this.loc, scaleTril: this.scaleTril } = this.parameters);
  }

  /** The covariance `[..., n, n]`. */
  get covariance(): Tensor {
    return matmul(this.scaleTril, this.scaleTril, false, true);
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return matvec(this.scaleTril, key.draw("normal", this.shape(sampleShape))).add(this.loc);
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const z = triangularSolve(this.scaleTril, value.sub(this.loc).expandDims(-1));
    const normaliser = this.logDiagonal().add(constant(this.eventShape[0] * halfLogTwoPi));
    return z.square().sum([-2, -1]).mul(constant(-0.5)).sub(normaliser);
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.loc);
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return this.full(this.scaleTril.square().sum(-1));
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return this.perMember(this.logDiagonal().add(constant(this.eventShape[0] * (0.5 + halfLogTwoPi))));
  }

  /** Half the log determinant of the covariance. */
  private logDiagonal(): Tensor {
    return diagonal(this.scaleTril).log().sum(-1);
  }
}

function toScaleTril(
  { scaleTril, covariance, precision }: MultivariateNormalSpread,
  validates: boolean,
): Tensor {
  const given = [scaleTril, covariance, precision].filter((form) => form !== undefined);
  if (given.length !== 1) {
    throw new Error(
      `Cannot make MultivariateNormal: expected exactly one of scaleTril, covariance and precision, found ${given.length}`,
    );
  }
  const matrix = asTensor(given[0]!);
  if (scaleTril !== undefined) return matrix;
  if (validates) {
    const parameter = covariance === undefined ? "precision" : "covariance";
    checkParameter("MultivariateNormal", parameter, matrix, positiveDefinite);
  }
  if (covariance !== undefined) return cholesky(matrix);
  // With rows and columns reversed, the inverse of the factor is triangular on the side that is
  // wanted.
  const upper = reverseBoth(cholesky(reverseBoth(matrix)));
  return triangularSolve(upper, tf.eye(matrix.shape[matrix.rank - 1]), { lower: false, transpose: true });
}

/** Matrices with their rows and columns in reverse order. */
function reverseBoth(matrix: Tensor): Tensor {
  const n = matrix.shape[matrix.rank - 1];
  const order = tf.tensor1d(Array.from({ length: n }, (_, i) => n - 1 - i), "int32");
  return tf.gather(tf.gather(matrix, order, matrix.rank - 1), order, matrix.rank - 2);
}
