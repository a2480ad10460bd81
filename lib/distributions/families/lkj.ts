import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { cholesky, matmul } from "../../tensor/linalg/mod.ts";
import { corrMatrix, positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { factorFormulas } from "./lkj_cholesky.ts";
import { checkSize, logDensityByFactor } from "./util/lkj.ts";

const ofFactor = (factor: Tensor): Tensor => matmul(factor, factor, false, true);

const formulas: Omit<Formulas<LKJ>, "eventShape"> = {
  support: corrMatrix,
  rsample: (key, shape, d) => ofFactor(factorFormulas.rsample!(key, shape, d)),
  logDensity: (value, d) => logDensityByFactor(cholesky(value), d),
  mean: ({ eventShape: [n] }) => tf.eye(n),
  // Each correlation is a beta variate between -1 and 1.
  variance({ concentration, eventShape: [n] }) {
    const each = concentration.mul(constant(2)).add(constant(n - 1)).reciprocal();
    return each.expandDims(-1).expandDims(-1).mul(constant(1).sub(tf.eye(n)));
  },
};

/**
 * The distribution of the correlation matrices whose factors `LKJCholesky` draws, which cost less.
 * The mean is the identity. NumPyro: `LKJ`.
 */
export class LKJ extends ParametricDistribution {
  /** The concentration. */
  declare readonly concentration: Tensor;

  /**
   * `concentration` (default 1) has the batch shape.
   * @throws Error where `dim` is no integer from 2.
   */
  constructor(dim: number, concentration: TensorLike = 1, options?: DistributionOptions) {
    checkSize("LKJ", dim);
    const family = { ...formulas, eventShape: () => [dim, dim] };
    super(family, { concentration: [concentration, positive] }, options);
  }
}
