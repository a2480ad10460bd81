import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { cholesky, matmul } from "../../tensor/linalg/mod.ts";
import { positiveDefinite } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import {
  bartlett,
  diagonalProducts,
  logDets,
  logNormaliser,
  ofMatrices,
  scaleOf,
  wishartLogDensity,
  wishartParameters,
} from "./util/wishart.ts";

const formulas: Formulas<Wishart> = {
  support: positiveDefinite,
  eventShape: ({ scaleTril }) => scaleTril.shape.slice(-2),
  rsample(key, shape, d) {
    const factor = matmul(d.scaleTril, bartlett(key, shape, d));
    return matmul(factor, factor, false, true);
  },
  logDensity(value, d) {
    return wishartLogDensity(cholesky(value), d);
  },
  mean: (d) => scaleOf(d).mul(ofMatrices(d.concentration)),
  mode(d) {
    const rest = d.concentration.sub(constant(d.eventShape[0] + 1)), exists = rest.greaterEqual(constant(0));
    return scaleOf(d).mul(ofMatrices(tf.where(exists, rest, constant(NaN))));
  },
  entropy(d) {
    const n = d.eventShape[0], rest = d.concentration.sub(constant(n + 1)).mul(constant(0.5));
    const { sum, root } = logDets(d);
    return d.concentration.mul(root.add(constant(n / 2))).add(logNormaliser(d))
      .sub(rest.mul(sum.add(root.mul(constant(2)))));
  },
  variance(d) {
    const scale = scaleOf(d);
    return scale.square().add(diagonalProducts(scale)).mul(ofMatrices(d.concentration));
  },
};

/**
 * The Wishart distribution of positive definite matrices: of the sum of x x^T over `concentration`
 * normal vectors x with covariance `scale`. Parameters: `concentration`, above n - 1, and `scale`
 * `[..., n, n]`. NumPyro: `Wishart`.
 */
export class Wishart extends ParametricDistribution {
  /** The degrees of freedom. */
  declare readonly concentration: Tensor;
  /** The Cholesky factor of the scale. */
  declare readonly scaleTril: Tensor;

  /** `concentration` and `scale` without its last two axes broadcast to the batch shape. */
  constructor(concentration: TensorLike, scale: TensorLike, options?: DistributionOptions) {
    super(formulas, wishartParameters("Wishart", concentration, scale, options), options);
  }
}
