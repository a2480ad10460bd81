import { asTensor, constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import type { DistributionOptions } from "../parametric.ts";
import { Gamma } from "./gamma.ts";

/** The chi-squared distribution, Gamma(df / 2, 1 / 2). Parameter: `df`, the degrees of freedom. */
export class Chi2 extends Gamma {
  /** The degrees of freedom. */
  readonly df: Tensor;

  /** `df` has the batch shape. */
  constructor(df: TensorLike, options?: DistributionOptions) {
    const tensor = asTensor(df);
    super(tensor.mul(constant(0.5)), 0.5, options);
    this.df = tensor;
  }

  /** The parameters by the field's names. */
  override get parameters(): Record<string, Tensor> {
    // The base class reads its own parameters before df is there.
    return this.df ? { df: this.df } : super.parameters;
  }
}
