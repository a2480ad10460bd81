import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { halfLogTwoPi } from "../../tensor/special/mod.ts";
import { checkSteps } from "../checks.ts";
import { positive, realVector } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const formulas: Omit<Formulas<GaussianRandomWalk>, "eventShape"> = {
  support: realVector,
  rsample: (key, shape, { scale }) =>
    tf.cumsum(key.draw("normal", shape), shape.length - 1).mul(scale.expandDims(-1)),
  logDensity(value, { scale, eventShape: [n] }) {
    const begin = value.shape.map(() => 0), first = value.slice(begin, [...value.shape.slice(0, -1), 1]);
    const size = [...value.shape.slice(0, -1), n - 1];
    const steps = value.slice(begin.with(-1, 1), size).sub(value.slice(begin, size));
    const squares = tf.concat([first, steps], -1).div(scale.expandDims(-1)).square().sum(-1);
    return squares.mul(constant(-0.5)).sub(scale.log().add(constant(halfLogTwoPi)).mul(constant(n)));
  },
  mean: () => constant(0),
  mode: () => constant(0),
  variance: ({ scale, eventShape: [n] }) => scale.square().expandDims(-1).mul(tf.range(1, n + 1)),
  entropy: ({ scale, eventShape: [n] }) => scale.log().add(constant(halfLogTwoPi + 0.5)).mul(constant(n)),
};

/**
 * A walk from 0 with independent normal steps: a vector of the `numSteps` places it comes to.
 * Parameter: `scale`, the standard deviation of a step. NumPyro: `GaussianRandomWalk`.
 */
export class GaussianRandomWalk extends ParametricDistribution {
  /** The standard deviation of a step. */
  declare readonly scale: Tensor;

  /** `scale` has the batch shape; both default to 1. @throws Error for steps that are no count. */
  constructor(scale: TensorLike = 1, numSteps = 1, options?: DistributionOptions) {
    checkSteps("GaussianRandomWalk", numSteps);
    super({ ...formulas, eventShape: () => [numSteps] }, { scale: [scale, positive] }, options);
  }
}
