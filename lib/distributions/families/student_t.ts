import type { Tensor, TensorLike } from "../../tensor/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { standardStudentT } from "./util/standard_student_t.ts";

const formulas = locationScale<StudentT>(standardStudentT);

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
