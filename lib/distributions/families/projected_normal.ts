import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { halfLogTwoPi, log1pmx, placesUpTo, tailCut } from "../../tensor/special/mod.ts";
import { given } from "../checks.ts";
import { realVector, sphere } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/**
 * Returns the logarithm of the integral of r^k exp(-(r - t)^2 / 2) over r > 0, for k > 0: around
 * the largest value, at the distance u from it in its own units, by h(u) = k (log(1 + u) - u) -
 * (peak u)^2 / 2.
 */
function logRadialIntegral(t: Tensor, k: number): Tensor {
  const count = constant(k), half = constant(0.5), root = t.square().add(constant(4 * k)).sqrt();
  // (t + root) / 2, whose product with (root - t) / 2 is k: without cancellation for t < 0.
  const isFar = t.greaterEqual(constant(0)), most = tf.where(isFar, t, t.neg()).add(root).mul(half);
  const peak = tf.where(isFar, most, count.div(most));
  const height = (u: Tensor) => log1pmx(u).mul(count).sub(peak.mul(u).square().mul(half)).exp();
  const cut = constant(tailCut), square = peak.square();
  // From u - log(1 + u) >= u^2 / (2 + u), and from the square alone.
  const linear = constant((tailCut + Math.sqrt(tailCut ** 2 + 8 * tailCut * k)) / (2 * k));
  const reach = tf.minimum(linear, cut.mul(constant(2)).div(square).sqrt());
  const above = placesUpTo(reach), below = placesUpTo(tf.minimum(reach, constant(1)));
  const area = above.integrate(height(above.r)).add(below.integrate(height(below.r.neg())));
  return count.add(constant(1)).mul(peak.log()).sub(count.div(peak).square().mul(half)).add(area.log());
}

const formulas: Formulas<ProjectedNormal> = {
  support: sphere,
  eventShape: ({ concentration }) => concentration.shape.slice(-1),
  rsample(key, shape, { concentration }) {
    const x = key.draw("normal", shape).add(concentration);
    return x.div(x.square().sum(-1, true).sqrt());
  },
  logDensity(value, { concentration, eventShape: [n] }) {
    const along = value.mul(concentration).sum(-1),
      across = concentration.sub(value.mul(along.expandDims(-1)));
    const squares = across.square().sum(-1).mul(constant(0.5));
    return logRadialIntegral(along, n - 1).sub(squares).sub(constant(n * halfLogTwoPi));
  },
  mode: ({ concentration }) => concentration.div(concentration.square().sum(-1, true).sqrt()),
};

/**
 * The distribution of the direction of a normal vector with covariance 1: of points on the sphere
 * of any dimension (Hernandez-Stumpfhauser, Breidt and van der Woerd, "The general projected normal
 * distribution of arbitrary dimension", 2017). Parameter: `concentration` `[..., n]`, the mean of
 * the vector; 0 makes all directions as probable. NumPyro: `ProjectedNormal`, which is for 2 and 3
 * dimensions.
 */
export class ProjectedNormal extends ParametricDistribution {
  /** The mean of the normal vector. */
  declare readonly concentration: Tensor;

  /**
   * `concentration` without its last axis has the batch shape.
   * @throws Error where that axis is shorter than 2.
   */
  constructor(concentration: TensorLike, options?: DistributionOptions) {
    const mean = given("ProjectedNormal", "concentration", concentration), n = mean.shape.at(-1) ?? 0;
    if (n < 2) throw new Error(`Cannot make ProjectedNormal: found ${n} dimensions, expected 2 or more`);
    super(formulas, { concentration: [mean, realVector] }, options);
  }
}
