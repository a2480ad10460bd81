import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { diagEmbed, tril } from "../../tensor/linalg/mod.ts";
import { beta } from "../../tensor/random/mod.ts";
import { corrCholesky, positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { checkSize, type LkjParameters, logDensityByFactor, lowerLogs } from "./util/lkj.ts";

const row = (values: readonly number[]): Tensor => tf.tensor1d([...values]);

/** The formulas of the factors. */
export const factorFormulas: Omit<Formulas<LkjParameters>, "eventShape"> = {
  support: corrCholesky,
  // The onion method: the part of each row before its diagonal has a length and a direction.
  rsample(key, shape, { concentration, eventShape: [n] }) {
    const [lengthKey, directionKey] = key.split(2), order = Array.from({ length: n - 1 }, (_, i) => i + 1);
    const rest = concentration.expandDims(-1).add(row(order.map((i) => (n - 1 - i) / 2)));
    const squares = beta(lengthKey, row(order.map((i) => i / 2)), rest, [...shape.slice(0, -2), n - 1]);
    const square = tf.concat([tf.zeros([...shape.slice(0, -2), 1]), squares], -1) as Tensor;
    const noise = tril(directionKey.draw("normal", shape), -1), size = noise.square().sum(-1, true);
    const direction = noise.div(tf.maximum(size, constant(2 ** -126)).sqrt());
    return direction.mul(tf.maximum(square, constant(0)).sqrt().expandDims(-1)).add(
      diagEmbed(constant(1).sub(square).sqrt()),
    );
  },
  // That of the matrix, times the volume L22^(n - 2) L33^(n - 3) ... of its factor.
  logDensity(factor, d) {
    const powers = row(Array.from({ length: d.eventShape[0] }, (_, i) => d.eventShape[0] - 1 - i));
    return logDensityByFactor(factor, d).add(lowerLogs(factor).mul(powers).sum(-1));
  },
};

/**
 * The distribution of Cholesky factors of n x n correlation matrices, whose density is the
 * determinant to the power concentration - 1 (Lewandowski, Kurowicka and Joe, "Generating random
 * correlation matrices based on vines and extended onion method", 2009). Parameters: `dim`, the
 * size n, and `concentration`; with 1 all correlation matrices are as probable, above it those near
 * the identity are more so. Pyro and NumPyro: `LKJCholesky`.
 */
export class LKJCholesky extends ParametricDistribution {
  /** The concentration. */
  declare readonly concentration: Tensor;

  /**
   * `concentration` (default 1) has the batch shape.
   * @throws Error where `dim` is no integer from 2.
   */
  constructor(dim: number, concentration: TensorLike = 1, options?: DistributionOptions) {
    checkSize("LKJCholesky", dim);
    super(
      { ...factorFormulas, eventShape: () => [dim, dim] },
      { concentration: [concentration, positive] },
      options,
    );
  }
}
