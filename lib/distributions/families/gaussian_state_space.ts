import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { diagonal, matmul, matvec, transposeMatrix, triangularSolve } from "../../tensor/linalg/mod.ts";
import { halfLogTwoPi } from "../../tensor/special/mod.ts";
import { checkSteps, given } from "../checks.ts";
import { independent, lowerCholesky, real } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { MultivariateNormal, type MultivariateNormalSpread } from "./multivariate_normal.ts";

/** The normaliser of the steps' densities. */
const logNormaliser = ({ scaleTril, eventShape: [steps, n] }: GaussianStateSpace): Tensor =>
  diagonal(scaleTril).log().sum(-1).add(constant(n * halfLogTwoPi)).mul(constant(steps));

const formulas: Omit<Formulas<GaussianStateSpace>, "eventShape"> = {
  support: independent(real, 2),
  rsample(key, shape, { transition, scaleTril }) {
    const noises = tf.unstack(key.draw("normal", shape), shape.length - 2) as Tensor[], states: Tensor[] = [];
    for (const noise of noises) {
      const before = states.at(-1), step = matvec(scaleTril, noise);
      states.push(before ? matvec(transition, before).add(step) : step);
    }
    return tf.stack(states, shape.length - 2) as Tensor;
  },
  logDensity(value, d) {
    const columns = transposeMatrix(value),
      [n, steps] = columns.shape.slice(-2),
      start = columns.shape.map(() => 0);
    const before = columns.slice(start, [...columns.shape.slice(0, -2), n, steps - 1]);
    const pads = columns.shape.map((_, i): [number, number] => i === columns.rank - 1 ? [1, 0] : [0, 0]);
    const moves = columns.sub(matmul(d.transition, before.pad(pads)));
    return triangularSolve(d.scaleTril, moves).square().sum([-2, -1]).mul(constant(-0.5)).sub(
      logNormaliser(d),
    );
  },
  mean: () => constant(0),
  mode: () => constant(0),
  variance({ transition, scaleTril, eventShape: [steps] }) {
    const own = matmul(scaleTril, scaleTril, false, true), all = [own];
    while (all.length < steps) {
      all.push(matmul(matmul(transition, all.at(-1)!), transition, false, true).add(own));
    }
    return tf.stack(
      all.map((covariance) => tf.broadcastTo(diagonal(covariance), diagonal(all.at(-1)!).shape)),
      -2,
    ) as Tensor;
  },
  entropy: (d) => logNormaliser(d).add(constant(d.eventShape[0] * d.eventShape[1] / 2)),
};

/**
 * The states of a linear system with normal noise: z_1 is noise, z_(t + 1) = transition z_t +
 * noise, as a matrix `[numSteps, n]`. Parameters: `transition` `[..., n, n]` and one form of the
 * noise's spread, as that of `MultivariateNormal`. NumPyro: `GaussianStateSpace`.
 */
export class GaussianStateSpace extends ParametricDistribution {
  /** The matrix that leads from state to state. */
  declare readonly transition: Tensor;
  /** The lower Cholesky factor of the noise's covariance. */
  declare readonly scaleTril: Tensor;

  /**
   * The axes of `transition` and the spread left of their own broadcast to the batch shape.
   * @throws Error unless `numSteps` is a positive integer and exactly one form of spread is given.
   */
  constructor(
    numSteps: number,
    transition: TensorLike,
    spread: MultivariateNormalSpread,
    options?: DistributionOptions,
  ) {
    checkSteps("GaussianStateSpace", numSteps);
    const matrix = given("GaussianStateSpace", "transition", transition), n = matrix.shape.at(-1) ?? 0;
    const { scaleTril } = new MultivariateNormal(tf.zeros([n]), spread, options);
    super({ ...formulas, eventShape: () => [numSteps, n] }, {
      transition: [matrix, independent(real, 2)],
      scaleTril: [scaleTril, lowerCholesky],
    }, options);
  }
}
