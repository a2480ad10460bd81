import type { Tensor, TensorLike } from "../../tensor/mod.ts";
import { positive } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { gammaFormulas } from "./util/standard_gamma.ts";

/**
 * The gamma distribution. Parameters: `concentration` (shape) and `rate` (inverse scale).
 *
 * @example Mean and variance
 * ```ts
 * import { Gamma } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const gamma = new Gamma(3, 2);
 * assert.equal(gamma.mean.dataSync()[0], 1.5);
 * assert.equal(gamma.variance.dataSync()[0], 0.75);
 * ```
 */
export class Gamma extends ParametricDistribution {
  /** The shape parameter. */
  declare readonly concentration: Tensor;
  /** The inverse scale. */
  declare readonly rate: Tensor;

  /** `concentration` and `rate` (default 1) broadcast to the batch shape. */
  constructor(concentration: TensorLike, rate: TensorLike = 1, options?: DistributionOptions) {
    super(gammaFormulas, { concentration: [concentration, positive], rate: [rate, positive] }, options);
  }
}
