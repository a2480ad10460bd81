import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { diagonal, matmul } from "../../tensor/linalg/mod.ts";
import { lowerCholesky } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { bartlett, weighed, wishartLogDensity, wishartParameters } from "./util/wishart.ts";

const formulas: Formulas<WishartCholesky> = {
  support: lowerCholesky,
  eventShape: ({ scaleTril }) => scaleTril.shape.slice(-2),
  rsample: (key, shape, d) => matmul(d.scaleTril, bartlett(key, shape, d)),
  // The density of the matrix, times the volume 2^n L11^n L22^(n - 1) ... of its factor.
  logDensity(factor, d) {
    const [n] = d.eventShape, volume = weighed(diagonal(factor).log(), (i) => n - i);
    return wishartLogDensity(factor, d).add(volume).add(constant(n * Math.LN2));
  },
};

/**
 * The distribution of the Cholesky factor of a Wishart matrix. Parameters: `concentration`, above n
 * - 1, and `scale` `[..., n, n]`. NumPyro: `WishartCholesky`.
 */
export class WishartCholesky extends ParametricDistribution {
  /** The degrees of freedom. */
  declare readonly concentration: Tensor;
  /** The Cholesky factor of the scale. */
  declare readonly scaleTril: Tensor;

  /** `concentration` and `scale` without its last two axes broadcast to the batch shape. */
  constructor(concentration: TensorLike, scale: TensorLike, options?: DistributionOptions) {
    super(formulas, wishartParameters("WishartCholesky", concentration, scale, options), options);
  }
}
