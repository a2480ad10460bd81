import { type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { interval, positive, real } from "../constraints/mod.ts";
import { locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { drawStable, NO_DENSITY } from "./util/stable_noise.ts";

const formulas = locationScale<Stable>({
  draw: (key, shape, { stability, skew }) => drawStable(key, shape, stability, skew),
  hasHeavyTails: true,
  logDensity() {
    throw new Error(NO_DENSITY);
  },
  mean: ({ stability: a, skew }) =>
    tf.where(a.greater(1), a.mul(Math.PI / 2).tan().mul(skew).neg(), tf.scalar(NaN)),
  variance: ({ stability }) => tf.where(stability.equal(2), tf.scalar(2), tf.scalar(Infinity)),
});

/**
 * The Lévy alpha-stable distribution, in Nolan's continuous form S0; sums of its numbers are of it
 * again. Parameters: `stability` up to 2, which is normal (1 with skewness 0: Cauchy), `skew` from
 * -1 to 1, `scale` and `loc`. Draws alone: `minimalReparam` makes sites ones that have a density.
 * Pyro: `Stable`, which interpolates draws where the stability is near 1; these are exact.
 */
export class Stable extends ParametricDistribution {
  /** The exponent of the tails. */
  declare readonly stability: Tensor;
  /** The skewness. */
  declare readonly skew: Tensor;
  /** The scale. */
  declare readonly scale: Tensor;
  /** The location. */
  declare readonly loc: Tensor;

  /** All broadcast to the batch shape; `scale` and `loc` default to 1 and 0. */
  constructor(
    stability: TensorLike,
    skew: TensorLike,
    scale: TensorLike = 1,
    loc: TensorLike = 0,
    options?: DistributionOptions,
  ) {
    const shapes = { stability: [stability, interval(0, 2)], skew: [skew, interval(-1, 1)] } as const;
    super(formulas, { ...shapes, scale: [scale, positive], loc: [loc, real] }, options);
  }
}
