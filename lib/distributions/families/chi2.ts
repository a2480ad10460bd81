import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { given } from "../checks.ts";
import type { DistributionOptions } from "../parametric.ts";
import { Gamma } from "./gamma.ts";

/** The chi-squared distribution, Gamma(df / 2, 1 / 2). Parameter: `df`, the degrees of freedom. */
export class Chi2 extends Gamma {
  /** `df` has the batch shape. */
  constructor(df: TensorLike, options?: DistributionOptions) {
    super(given("Chi2", "df", df).mul(constant(0.5)), 0.5, options);
  }

  /** The degrees of freedom. */
  get df(): Tensor {
    return this.concentration.mul(constant(2));
  }

  /** The degrees of freedom by their name. */
  override get parameters(): Readonly<Record<string, Tensor>> {
    return { df: this.df };
  }
}
