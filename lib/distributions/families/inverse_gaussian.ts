import {
  constant,
  type Key,
  primitive,
  type Shape,
  type Tensor,
  type TensorLike,
  tf,
} from "../../tensor/mod.ts";
import {
  halfLogTwoPi,
  inverseGaussianQuantile,
  inverseMills,
  logInverseGaussianCdf,
  logInverseGaussianSurvival,
  logNormalCdf,
  normalCdf,
  scaledExpint,
  sumToShape,
} from "../../tensor/special/mod.ts";
import { positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/**
 * Draws with mean 1 by the root of a quadratic (Michael, Schucany and Haas, "Generating random
 * variates using transformations with multiple roots", 1976). The slope by the shape is that of the
 * quantile.
 */
const standard = primitive({
  name: "inverseGaussian",
  forward(shape, noise, u) {
    const half = noise.square().div(shape).mul(constant(0.5)), root = half.mul(half.add(constant(2))).sqrt();
    const small = half.add(constant(1)).add(root).reciprocal();
    return tf.where(u.mul(small.add(constant(1))).lessEqual(constant(1)), small, small.reciprocal());
  },
  vjp(cotangent, z, shape) {
    const upper = shape.div(z).sqrt().mul(z.add(constant(1)));
    const rise = z.mul(z.div(shape).sqrt()).mul(constant(2)).div(inverseMills(upper.neg()));
    return [sumToShape(cotangent.mul(z.div(shape).sub(rise)), shape.shape), undefined, undefined];
  },
});

function draw(key: Key, shape: Shape, { loc, concentration }: InverseGaussian): Tensor {
  const [noise, u] = key.split(2);
  return standard(concentration.div(loc), noise.draw("normal", shape), u.draw("uniform", shape)).mul(loc);
}

const formulas: Formulas<InverseGaussian> = {
  support: positive,
  rsample: draw,
  logDensity(x, { loc, concentration }) {
    const excess = x.sub(loc).div(loc).square().mul(concentration).div(x).mul(constant(0.5));
    const logs = x.log().mul(constant(3)).sub(concentration.log()).mul(constant(0.5));
    return excess.add(logs).add(constant(halfLogTwoPi)).neg();
  },
  mean: ({ loc }) => loc,
  mode({ loc, concentration }) {
    const ratio = loc.div(concentration).mul(constant(1.5));
    return loc.div(ratio.square().add(constant(1)).sqrt().add(ratio));
  },
  // By the mean of log(x / loc), which is minus the scaled exponential integral.
  entropy({ loc, concentration }) {
    const drop = scaledExpint(concentration.div(loc).mul(constant(2)));
    const logs = loc.log().sub(drop).mul(constant(1.5)).sub(concentration.log().mul(constant(0.5)));
    return logs.add(constant(halfLogTwoPi + 0.5));
  },
  variance: ({ loc, concentration }) => loc.square().mul(loc.div(concentration)),
  cdf(x, { loc, concentration }) {
    const root = concentration.div(x).sqrt(), z = x.div(loc);
    const upper = logNormalCdf(root.mul(z.add(constant(1))).neg());
    const second = concentration.div(loc).mul(constant(2)).add(upper).exp();
    return normalCdf(root.mul(z.sub(constant(1)))).add(second);
  },
  logCdf: (x, { loc, concentration }) => logInverseGaussianCdf(concentration.div(loc), x.div(loc)),
  logSurvival: (x, { loc, concentration }) => logInverseGaussianSurvival(concentration.div(loc), x.div(loc)),
  icdf: (p, { loc, concentration }, q) => inverseGaussianQuantile(concentration.div(loc), p, q).mul(loc),
};

/**
 * The inverse Gaussian (Wald) distribution: of the time at which a Brownian motion with drift first
 * comes to a level. Parameters: `loc`, the mean, and `concentration`, with variance loc^3 /
 * concentration. TensorFlow Probability: `InverseGaussian`.
 */
export class InverseGaussian extends ParametricDistribution {
  /** The mean. */
  declare readonly loc: Tensor;
  /** The shape. */
  declare readonly concentration: Tensor;

  /** `loc` and `concentration` broadcast to the batch shape. */
  constructor(loc: TensorLike, concentration: TensorLike, options?: DistributionOptions) {
    super(formulas, { loc: [loc, positive], concentration: [concentration, positive] }, options);
  }
}
