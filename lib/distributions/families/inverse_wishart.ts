import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { cholesky, matmul, transposeMatrix, triangularSolve } from "../../tensor/linalg/mod.ts";
import { positiveDefinite } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import {
  bartlett,
  bartlettDensity,
  diagonalProducts,
  halfLogDet,
  logDets,
  logNormaliser,
  ofMatrices,
  scaleOf,
  weighed,
  wishartParameters,
} from "./util/wishart.ts";

/** Returns the degrees of freedom beyond the size and a number, for matrices. */
const excess = ({ concentration, eventShape: [n] }: InverseWishart, least: number): Tensor =>
  ofMatrices(concentration).sub(constant(n + least));

const formulas: Formulas<InverseWishart> = {
  support: positiveDefinite,
  eventShape: ({ scaleTril }) => scaleTril.shape.slice(-2),
  rsample(key, shape, d) {
    const inner = bartlett(key, shape, d),
      right = tf.broadcastTo(transposeMatrix(d.scaleTril), shape) as Tensor;
    const half = triangularSolve(inner, right);
    return matmul(half, half, true, false);
  },
  logDensity(value, d) {
    const factor = cholesky(value), n = d.eventShape[0], { scaleTril } = d;
    const batch = [...factor.shape.slice(0, -2), ...scaleTril.shape.slice(-2)];
    const right = scaleTril.rank > factor.rank ? scaleTril : tf.broadcastTo(scaleTril, batch) as Tensor;
    const { density, logs } = bartlettDensity(triangularSolve(factor, right), d);
    return density.add(weighed(logs, (i) => (i + 2) / 2)).sub(halfLogDet(factor).mul(constant(n + 1)));
  },
  mean(d) {
    const rest = excess(d, 1), exists = rest.greater(constant(0));
    return tf.where(exists, scaleOf(d).div(tf.where(exists, rest, constant(1))), constant(Infinity));
  },
  mode: (d) => scaleOf(d).div(ofMatrices(d.concentration.add(constant(d.eventShape[0] + 1)))),
  entropy(d) {
    const n = d.eventShape[0], rest = d.concentration.add(constant(n + 1)).mul(constant(0.5));
    const { sum, root } = logDets(d);
    return d.concentration.mul(constant(n / 2).sub(root)).add(logNormaliser(d))
      .add(rest.mul(root.mul(constant(2)).sub(sum)));
  },
  variance(d) {
    const scale = scaleOf(d), rest = excess(d, 3), exists = rest.greater(constant(0));
    const known = tf.where(exists, rest, constant(1)), mean = known.add(constant(2));
    const sum = scale.square().mul(known.add(constant(4))).add(diagonalProducts(scale).mul(mean));
    const finite = sum.div(known.add(constant(3))).div(mean.square()).div(known);
    return tf.where(exists, finite, constant(Infinity));
  },
};

/**
 * The inverse Wishart distribution of positive definite matrices: of the inverse of a Wishart
 * matrix with the scale's inverse. Parameters: `concentration`, above n - 1, and `scale` `[..., n,
 * n]`. Mean and variance are infinite for concentrations up to n + 1 and n + 3. NumPyro:
 * `InverseWishart`.
 */
export class InverseWishart extends ParametricDistribution {
  /** The degrees of freedom. */
  declare readonly concentration: Tensor;
  /** The Cholesky factor of the scale. */
  declare readonly scaleTril: Tensor;

  /** `concentration` and `scale` without its last two axes broadcast to the batch shape. */
  constructor(concentration: TensorLike, scale: TensorLike, options?: DistributionOptions) {
    super(formulas, wishartParameters("InverseWishart", concentration, scale, options), options);
  }
}
