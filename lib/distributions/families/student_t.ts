import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { gamma } from "../../tensor/random/mod.ts";
import { betaln, digammaDifference, log1pSquareRatio } from "../../tensor/special/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const half = () => constant(0.5), one = () => constant(1), two = () => constant(2);
const nanUpTo1 = (df: Tensor, above: Tensor) => tf.where(df.greater(one()), above, constant(NaN));

const formulas = locationScale<StudentT>({
  draw(key, shape, { df }) {
    const [normalKey, gammaKey] = key.split(2), a = df.mul(half());
    return normalKey.draw("normal", shape).div(gamma(gammaKey, a, shape).div(a).sqrt());
  },
  // lgamma((df + 1) / 2) - lgamma(df / 2) comes from log B(df / 2, 1 / 2), which keeps its digits.
  heavyTail(distance, width, { df }) {
    const normaliser = df.log().mul(half()).add(betaln(df.mul(half()), half()));
    const logs = log1pSquareRatio(distance, width.mul(df.sqrt()));
    return logs.mul(df.add(one()).mul(constant(-0.5))).sub(normaliser);
  },
  mean: ({ df }) => nanUpTo1(df, constant(0)),
  variance: ({ df }) =>
    tf.where(df.greater(two()), df.div(tf.maximum(df, two()).sub(two())), nanUpTo1(df, constant(Infinity))),
  entropy({ df }) {
    const a = df.mul(half()), b = a.add(half());
    return b.mul(digammaDifference(b, a)).add(df.log().mul(half())).add(betaln(a, half()));
  },
});

/**
 * Student's t distribution. Parameters: `df` (degrees of freedom), `loc` and `scale`. The mean is
 * NaN for df up to 1, the variance NaN up to 1 and infinite up to 2.
 */
export class StudentT extends ParametricDistribution {
  /** The degrees of freedom. */
  declare readonly df: Tensor;
  /** The median. */
  declare readonly loc: Tensor;
  /** The scale. */
  declare readonly scale: Tensor;

  /** The three broadcast to the batch shape; `loc` and `scale` default to 0 and 1. */
  constructor(df: TensorLike, loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { df: [df, positive], loc: [loc, real], scale: [scale, positive] }, options);
  }
}
