import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import {
  betaln,
  halfStudentTCdf,
  halfStudentTIcdf,
  logHalfStudentTSurvival,
} from "../../tensor/special/mod.ts";
import { positive } from "../constraints/mod.ts";
import { folded, locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { momentAbove } from "./util/moment_above.ts";
import { standardStudentT } from "./util/standard_student_t.ts";

/** The mean of the standard form; it is infinite up to df = 1. */
const mean = ({ df }: { df: Tensor }): Tensor =>
  momentAbove(1, df, (excess) => {
    const spread = betaln(df.mul(constant(0.5)), constant(0.5));
    return df.sqrt().mul(constant(2)).div(excess).div(spread.exp());
  });

const formulas = locationScale<HalfStudentT>(folded<{ df: Tensor }>(standardStudentT, {
  heavyTail: (distance, width, logScale, d) =>
    standardStudentT.heavyTail!(distance, width, logScale.sub(constant(Math.LN2)), d),
  mean,
  mode: 0,
  variance(d) {
    const second = momentAbove(2, d.df, (excess) => d.df.div(excess));
    const isFinite = d.df.greater(constant(2)), first = tf.where(isFinite, mean(d), constant(0));
    return second.sub(first.square());
  },
  entropy: (d) => (standardStudentT.entropy as (d: { df: Tensor }) => Tensor)(d).sub(constant(Math.LN2)),
  cdf: (z, { df }) => halfStudentTCdf(df, z),
  logSurvival: (z, { df }) => logHalfStudentTSurvival(df, z),
  quantile: (p, { df }) => halfStudentTIcdf(df, p),
}));

/**
 * The distribution of |x| for x from Student's t distribution with median 0. Parameters: `df` and
 * `scale`. Mean and variance are infinite for df up to 1 and up to 2.
 */
export class HalfStudentT extends ParametricDistribution {
  /** The degrees of freedom. */
  declare readonly df: Tensor;
  /** The scale of Student's t distribution. */
  declare readonly scale: Tensor;

  /** `df` and `scale` (default 1) broadcast to the batch shape. */
  constructor(df: TensorLike, scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { df: [df, positive], scale: [scale, positive] }, options);
  }
}
