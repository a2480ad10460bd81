import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { cholesky, diagonal, matvec, triangularSolve } from "../../tensor/linalg/mod.ts";
import { normalCdf, normalIcdfOfLog } from "../../tensor/special/mod.ts";
import { corrCholesky, corrMatrix, independent } from "../constraints/mod.ts";
import { checkGiven, given } from "../checks.ts";
import type { Distribution } from "../distribution.ts";
import { Beta } from "../families/beta.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { checkOfNumbers } from "./check_of_numbers.ts";

/** The normal scores of values, with all digits that the nearer tail has. */
function scores(marginal: Distribution, value: Tensor): Tensor {
  const below = marginal.logCdf(value), isLower = below.less(constant(-Math.LN2)), even = constant(-Math.LN2);
  const lower = normalIcdfOfLog(tf.where(isLower, below, even));
  const upper = normalIcdfOfLog(tf.where(isLower, even, marginal.logSurvival(value)));
  return tf.where(isLower, lower, upper.neg());
}

const formulas: Omit<Formulas<GaussianCopula>, "eventShape" | "batchShape" | "support"> = {
  rsample(key, shape, { marginal, correlationCholesky }) {
    return marginal.icdf(normalCdf(matvec(correlationCholesky, key.draw("normal", shape))));
  },
  logDensity(value, { marginal, correlationCholesky }) {
    const z = scores(marginal, value), noise = triangularSolve(correlationCholesky, z.expandDims(-1));
    const squares = noise.square().sum([-2, -1]).sub(z.square().sum(-1)).mul(constant(-0.5));
    return marginal.logProb(value).sum(-1).add(squares).sub(diagonal(correlationCholesky).log().sum(-1));
  },
  mean: ({ marginal }) => marginal.mean,
  variance: ({ marginal }) => marginal.variance,
};

/**
 * Vectors whose entries have given distributions, and the dependence of a normal vector. The
 * entries' family needs `cdf` and `icdf`. NumPyro: `GaussianCopula`.
 *
 * @example Two exponential waiting times that go together
 * ```ts
 * import { Exponential, GaussianCopula } from "@pyrosaur/pyrosaur/distributions";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const both = new GaussianCopula(new Exponential([1, 2]), [[1, 0.8], [0.8, 1]]);
 * assert.deepEqual([both.batchShape, both.eventShape], [[], [2]]);
 * assert(both.logProb(both.sample(random.key(0))).dataSync()[0] > -20);
 * ```
 */
export class GaussianCopula extends ParametricDistribution {
  /** The lower Cholesky factor of the normal vector's correlation matrix. */
  declare readonly correlationCholesky: Tensor;

  /**
   * Joins a batch of distributions along its last axis.
   *
   * @param marginal the distributions of the entries, of batch shape `[..., n]`
   * @param correlation the correlation matrix `[..., n, n]` of the normal vector
   * @throws Error where the entries are discrete or no numbers, or the sizes differ.
   */
  constructor(
    /** The distributions of the entries. */
    readonly marginal: Distribution,
    correlation: TensorLike,
    options?: DistributionOptions,
  ) {
    checkOfNumbers("GaussianCopula", marginal);
    const matrix = given(new.target.name, "correlation", correlation), n = matrix.shape.at(-1) ?? 0;
    if (marginal.isDiscrete) {
      throw new Error(
        `Cannot make GaussianCopula: found ${marginal.name}, expected a continuous distribution`,
      );
    }
    if (matrix.rank < 2 || marginal.batchShape.at(-1) !== n) {
      throw new Error(
        `Cannot make GaussianCopula: found the batch shape [${marginal.batchShape}] and a correlation [${matrix.shape}], ` +
          "expected [..., n] and [..., n, n]",
      );
    }
    checkGiven("GaussianCopula", { correlation: [matrix, corrMatrix] }, options);
    const family: Formulas<GaussianCopula> = {
      ...formulas,
      support: independent(marginal.support, 1),
      eventShape: () => [n],
      batchShape: marginal.batchShape.slice(0, -1),
    };
    super(family, { correlationCholesky: [cholesky(matrix), corrCholesky] }, options);
  }
}

/** Vectors of beta variates with the dependence of normals. NumPyro: `GaussianCopulaBeta`. */
export class GaussianCopulaBeta extends GaussianCopula {
  /** The two concentrations broadcast to the batch shape `[..., n]` of the entries. */
  constructor(
    concentration1: TensorLike,
    concentration0: TensorLike,
    correlation: TensorLike,
    options?: DistributionOptions,
  ) {
    super(new Beta(concentration1, concentration0, options), correlation, options);
  }
}
