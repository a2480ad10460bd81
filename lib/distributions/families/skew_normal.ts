import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import {
  coinEntropyOfSkew,
  halfLogTwoPi,
  inverseMills,
  log1p,
  logNormalCdf,
  logSkewNormalCdf,
  skewNormalCdf,
  skewNormalQuantile,
} from "../../tensor/special/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The sine and cosine of the angle whose tangent is the skewness. */
function angles({ skewness }: SkewNormal): { sine: Tensor; cosine: Tensor } {
  const cosine = skewness.square().add(constant(1)).rsqrt();
  return { sine: skewness.mul(cosine), cosine };
}
const mean = (d: SkewNormal): Tensor => angles(d).sine.mul(constant(Math.sqrt(2 / Math.PI)));

/** The z at which w = skewness z is skewness^2 phi(w) / Phi(w), by Newton's method in log w. */
function mode({ skewness }: SkewNormal): Tensor {
  const a = tf.maximum(skewness.abs(), constant(1e-6)), square = a.square();
  let w = log1p(square.mul(constant(0.4))).mul(constant(2)).sqrt();
  for (let i = 0; i < 6; i++) {
    const ratio = inverseMills(w), bend = w.mul(w.add(ratio)).add(constant(1));
    w = w.mul(square.mul(ratio).div(w).log().div(bend).exp());
  }
  return w.div(a).mul(skewness.sign());
}

const formulas = locationScale<SkewNormal>({
  draw(key, shape, d) {
    const [sideKey, key1] = key.split(2), { sine, cosine } = angles(d);
    return sideKey.draw("normal", shape).abs().mul(sine).add(key1.draw("normal", shape).mul(cosine));
  },
  logDensity(z, scale, { skewness }) {
    const normal = z.square().mul(constant(0.5)).add(scale.log()).add(constant(halfLogTwoPi));
    return logNormalCdf(z.mul(skewness)).add(constant(Math.LN2)).sub(normal);
  },
  mean,
  variance: (d) => constant(1).sub(mean(d).square()),
  mode,
  entropy: ({ skewness }) => coinEntropyOfSkew(skewness.abs()).add(constant(0.5 + halfLogTwoPi - Math.LN2)),
  cdf: (z, { skewness }) => skewNormalCdf(skewness, z),
  logCdf: (z, { skewness }) => logSkewNormalCdf(skewness, z),
  logSurvival: (z, { skewness }) => logSkewNormalCdf(skewness.neg(), z.neg()),
  quantile: (p, { skewness }) => skewNormalQuantile(skewness, p),
});

/**
 * The skew normal distribution, with density 2 / scale phi(z) Phi(skewness z) for z = (x - loc) /
 * scale (Azzalini, "A class of distributions which includes the normal ones", 1985). Parameters:
 * `loc`, `scale` and `skewness`; with skewness 0 it is normal.
 */
export class SkewNormal extends ParametricDistribution {
  /** The location. */
  declare readonly loc: Tensor;
  /** The scale. */
  declare readonly scale: Tensor;
  /** The skewness: positive for a longer tail above. */
  declare readonly skewness: Tensor;

  /** The three broadcast to the batch shape; they default to 0, 1 and 0. */
  constructor(
    loc: TensorLike = 0,
    scale: TensorLike = 1,
    skewness: TensorLike = 0,
    options?: DistributionOptions,
  ) {
    super(formulas, { loc: [loc, real], scale: [scale, positive], skewness: [skewness, real] }, options);
  }
}
