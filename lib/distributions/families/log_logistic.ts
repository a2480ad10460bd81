import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { exponentiated, locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { momentAbove } from "./util/moment_above.ts";
import { standardLogistic } from "./util/standard_logistic.ts";

/** The n-th moment, exp(n loc) / sinc(n scale), for n scale below 1. */
const moment = (n: number, { loc, scale }: LogLogistic): Tensor =>
  momentAbove(n, scale.reciprocal(), () => {
    const angle = scale.mul(constant(n * Math.PI));
    return loc.mul(constant(n)).exp().mul(angle).div(angle.sin());
  });
/** The odds of the mode's place, for location 0. */
const odds = (scale: Tensor): Tensor => constant(1).sub(scale).div(scale.add(constant(1)));

const formulas = exponentiated<LogLogistic>(locationScale(standardLogistic), {
  // Above scale 1 the density falls from 0 on.
  mode: ({ loc, scale }) => loc.exp().mul(tf.pow(tf.maximum(odds(scale), constant(0)), scale)),
  mean: (d) => moment(1, d),
  variance: (d) => moment(2, d).sub(moment(1, d).square()),
});

/**
 * The log-logistic distribution: of exp(x) for logistic x. Parameters: `loc` and `scale` of the
 * logistic distribution. Mean and variance are infinite for scales from 1 and from 1/2. TensorFlow
 * Probability: `LogLogistic`.
 */
export class LogLogistic extends ParametricDistribution {
  /** The logarithm of the median. */
  declare readonly loc: Tensor;
  /** The inverse of the power by which the tails fall. */
  declare readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}
