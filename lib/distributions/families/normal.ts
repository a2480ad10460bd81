import type { Tensor, TensorLike } from "../../tensor/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { standardNormal } from "./util/standard_normal.ts";

const formulas = locationScale<Normal>(standardNormal);

/**
 * The normal (Gaussian) distribution. Parameters: `loc`, the mean, and `scale`, the standard
 * deviation.
 *
 * @example The density at the mean
 * ```ts
 * import assert from "node:assert/strict";
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 *
 * const density = Math.exp(new Normal(0, 1).logProb(0).dataSync()[0]);
 * assert.ok(Math.abs(density - 1 / Math.sqrt(2 * Math.PI)) < 1e-6);
 * ```
 */
export class Normal extends ParametricDistribution {
  /** The mean. */
  declare readonly loc: Tensor;
  /** The standard deviation. */
  declare readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}
