import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import {
  cholesky,
  diagonal,
  matmul,
  matvec,
  transposeMatrix,
  triangularSolve,
} from "../../tensor/linalg/mod.ts";
import { halfLogTwoPi } from "../../tensor/special/mod.ts";
import { given } from "../checks.ts";
import { independent, positive, real, realVector } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The Cholesky factor of 1 + W^T D^-1 W, which is as small as the rank, and W^T D^-1. */
function capacitance(
  { covFactor, covDiag }: LowRankMultivariateNormal,
): { factor: Tensor; weighted: Tensor } {
  const weighted = transposeMatrix(covFactor).div(covDiag.expandDims(-2)),
    rank = covFactor.shape[covFactor.rank - 1];
  return { factor: cholesky(matmul(weighted, covFactor).add(tf.eye(rank))), weighted };
}
const halfLogDet = (d: LowRankMultivariateNormal, factor: Tensor): Tensor =>
  diagonal(factor).log().sum(-1).add(d.covDiag.log().sum(-1).mul(constant(0.5)));

const formulas: Formulas<LowRankMultivariateNormal> = {
  support: realVector,
  eventShape: ({ covDiag, loc }) => [Math.max(covDiag.shape.at(-1)!, loc.shape.at(-1)!)],
  rsample(key, shape, { loc, covFactor, covDiag }) {
    const [wideKey, ownKey] = key.split(2), rank = covFactor.shape[covFactor.rank - 1];
    const shared = matvec(covFactor, wideKey.draw("normal", [...shape.slice(0, -1), rank]));
    return shared.add(ownKey.draw("normal", shape).mul(covDiag.sqrt())).add(loc);
  },
  // Woodbury's identity and the matrix determinant lemma.
  logDensity(value, d) {
    const { factor, weighted } = capacitance(d), rest = value.sub(d.loc);
    const own = rest.square().div(d.covDiag).sum(-1);
    const shared = triangularSolve(factor, matmul(weighted, rest.expandDims(-1))).square().sum([-2, -1]);
    const normaliser = halfLogDet(d, factor).add(constant(d.eventShape[0] * halfLogTwoPi));
    return own.sub(shared).mul(constant(-0.5)).sub(normaliser);
  },
  mean: ({ loc }) => loc,
  mode: ({ loc }) => loc,
  variance: ({ covFactor, covDiag }) => covFactor.square().sum(-1).add(covDiag),
  entropy: (d) => halfLogDet(d, capacitance(d).factor).add(constant(d.eventShape[0] * (0.5 + halfLogTwoPi))),
};

/**
 * The multivariate normal distribution with covariance W W^T + D, for a matrix W of few columns and
 * a diagonal D: densities and draws cost as much as W has numbers. Parameters: `loc` `[..., n]`,
 * `covFactor` `[..., n, r]` and `covDiag` `[..., n]`. Pyro and NumPyro:
 * `LowRankMultivariateNormal`.
 */
export class LowRankMultivariateNormal extends ParametricDistribution {
  /** The mean. */
  declare readonly loc: Tensor;
  /** The factor W. */
  declare readonly covFactor: Tensor;
  /** The diagonal D. */
  declare readonly covDiag: Tensor;

  /** The axes left of those of one vector and one matrix broadcast to the batch shape. */
  constructor(loc: TensorLike, covFactor: TensorLike, covDiag: TensorLike, options?: DistributionOptions) {
    const [mean, factor, diagonal] = Object.entries({ loc, covFactor, covDiag })
      .map(([name, value]) => given("LowRankMultivariateNormal", name, value));
    const [n] = factor.shape.slice(-2);
    const fits = factor.rank >= 2 && [mean, diagonal].every((x) => x.rank >= 1 && x.shape.at(-1) === n);
    if (!fits) {
      throw new Error(
        `Cannot make LowRankMultivariateNormal: found loc [${mean.shape}], covFactor [${factor.shape}] and covDiag ` +
          `[${diagonal.shape}], expected [..., n], [..., n, r] and [..., n]`,
      );
    }
    super(formulas, {
      loc: [mean, realVector],
      covFactor: [factor, independent(real, 2)],
      covDiag: [diagonal, independent(positive, 1)],
    }, options);
  }
}
