import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { diagEmbed, diagonal, tril } from "../../tensor/linalg/mod.ts";
import { beta } from "../../tensor/random/mod.ts";
import { lgamma, multigammaln } from "../../tensor/special/mod.ts";
import { corrCholesky, positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const row = (values: readonly number[]): Tensor => tf.tensor1d([...values]);

const formulas: Omit<Formulas<LKJCholesky>, "eventShape"> = {
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
  logDensity(value, { concentration, eventShape: [n] }) {
    const powers = concentration.sub(constant(1)).mul(constant(2)).expandDims(-1)
      .add(row(Array.from({ length: n }, (_, i) => i === 0 ? 0 : n - 1 - i)));
    const isFirst = row(Array.from({ length: n }, (_, i) => Number(i === 0))).greater(constant(0));
    const logs = tf.where(isFirst, constant(0), diagonal(value).log()).mul(powers).sum(-1);
    const a = concentration.add(constant((n - 1) / 2));
    const numerator = multigammaln(a.sub(constant(0.5)), n - 1);
    const normaliser = numerator.add(constant((n - 1) / 2 * Math.log(Math.PI))).sub(
      lgamma(a).mul(constant(n - 1)),
    );
    return logs.sub(normaliser);
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
    if (!Number.isInteger(dim) || dim < 2) {
      throw new Error(`Cannot make LKJCholesky: found the size ${dim}, expected an integer from 2`);
    }
    super(
      { ...formulas, eventShape: () => [dim, dim] },
      { concentration: [concentration, positive] },
      options,
    );
  }
}
