import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { checkGiven, given } from "../checks.ts";
import { positive, unitInterval } from "../constraints/mod.ts";
import type { DistributionOptions } from "../parametric.ts";
import { Beta } from "./beta.ts";

/**
 * The beta distribution by its mean. Parameters: `mean`, within the unit interval, and
 * `concentration`, the sum of both concentrations. NumPyro: `BetaProportion`.
 */
export class BetaProportion extends Beta {
  /** `mean` and `concentration` broadcast to the batch shape. */
  constructor(mean: TensorLike, concentration: TensorLike, options?: DistributionOptions) {
    const share = given("BetaProportion", "mean", mean);
    const total = given("BetaProportion", "concentration", concentration);
    checkGiven(
      "BetaProportion",
      { mean: [share, unitInterval.interior], concentration: [total, positive] },
      options,
    );
    super(share.mul(total), constant(1).sub(share).mul(total), options);
  }

  /** The sum of both concentrations. */
  get concentration(): Tensor {
    return this.concentration1.add(this.concentration0);
  }
}
