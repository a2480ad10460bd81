import { stopGradient } from "../../compile/mod.ts";
import { constant, formatShape, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { cholesky, diagEmbed, diagonal, matvec, triangularSolve } from "../../tensor/linalg/mod.ts";
import { halfLogTwoPi } from "../../tensor/special/mod.ts";
import { checkGiven, given } from "../checks.ts";
import { interval, positive, realVector, symmetric } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The factor of the precision for conditional precision 1. */
const factor = ({ correlation, adjacency }: CAR): Tensor =>
  cholesky(diagEmbed(adjacency.sum(-1)).sub(adjacency.mul(correlation.expandDims(-1).expandDims(-1))));

const halfLogDet = (d: CAR): Tensor =>
  diagonal(factor(d)).log().sum(-1).add(d.conditionalPrecision.log().mul(constant(d.eventShape[0] / 2)));

const formulas: Omit<Formulas<CAR>, "eventShape"> = {
  support: realVector,
  rsample(key, shape, d) {
    const noise = key.draw("normal", shape).expandDims(-1);
    const spread = triangularSolve(factor(d), noise, { transpose: true }).squeeze([-1]);
    return spread.div(d.conditionalPrecision.sqrt().expandDims(-1)).add(d.loc);
  },
  logDensity(value, d) {
    // What all have in common does not change what neighbours differ by, and would cost digits.
    const rest = value.sub(d.loc), counts = d.adjacency.sum(-1), one = constant(1);
    const apart = rest.sub(stopGradient(rest.sum(-1, true).mul(constant(1 / d.eventShape[0]))));
    const own = rest.square().mul(counts).sum(-1).mul(one.sub(d.correlation));
    const steps = apart.mul(apart.mul(counts).sub(matvec(d.adjacency, apart))).sum(-1).mul(d.correlation);
    const squares = own.add(steps).mul(d.conditionalPrecision).mul(constant(0.5));
    return halfLogDet(d).sub(squares).sub(constant(d.eventShape[0] * halfLogTwoPi));
  },
  mean: ({ loc }) => loc,
  mode: ({ loc }) => loc,
  variance(d) {
    const inverse = triangularSolve(factor(d), tf.eye(d.eventShape[0]));
    return inverse.square().sum(-2).div(d.conditionalPrecision.expandDims(-1));
  },
  entropy: (d) => constant(d.eventShape[0] * (0.5 + halfLogTwoPi)).sub(halfLogDet(d)),
};

/**
 * A conditional autoregression: a normal vector whose entries, given the others, lie around the
 * mean of their neighbours (Besag, "Spatial interaction and the statistical analysis of lattice
 * systems", 1974). Parameters: `loc` `[..., n]`, `correlation` between -1 and 1 and
 * `conditionalPrecision`, for one neighbour; the precision is conditionalPrecision (D - correlation
 * A) for the numbers of neighbours D. NumPyro: `CAR`, for a dense adjacency.
 */
export class CAR extends ParametricDistribution {
  /** The mean. */
  declare readonly loc: Tensor;
  /** The strength of the neighbours. */
  declare readonly correlation: Tensor;
  /** The precision given the others, for each neighbour. */
  declare readonly conditionalPrecision: Tensor;
  /** The weights of neighbours `[n, n]`: symmetric, 0 for those that are none. */
  readonly adjacency: Tensor;

  /**
   * `loc` without its last axis, `correlation` and `conditionalPrecision` broadcast to the batch
   * shape.
   * @throws Error unless `adjacency` is a symmetric matrix that fits `loc`.
   */
  constructor(
    loc: TensorLike,
    correlation: TensorLike,
    conditionalPrecision: TensorLike,
    adjacency: TensorLike,
    options?: DistributionOptions,
  ) {
    const mean = given("CAR", "loc", loc),
      weights = given("CAR", "adjacency", adjacency),
      n = weights.shape.at(-1);
    if (weights.rank !== 2 || weights.shape[0] !== n || mean.shape.at(-1) !== n) {
      const [found, size] = [weights.shape, mean.shape].map(formatShape);
      throw new Error(
        `Cannot make CAR: found an adjacency ${found} and loc ${size}, expected [n, n] and [..., n]`,
      );
    }
    checkGiven("CAR", { adjacency: [weights, symmetric] }, options);
    super({ ...formulas, eventShape: () => [n!] }, {
      loc: [mean, realVector],
      correlation: [correlation, interval(-1, 1).interior],
      conditionalPrecision: [conditionalPrecision, positive],
    }, options);
    this.adjacency = weights;
  }
}
