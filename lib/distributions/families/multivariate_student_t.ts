import { stopGradient } from "../../compile/mod.ts";
import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { diagonal, matvec, triangularSolve } from "../../tensor/linalg/mod.ts";
import { gamma } from "../../tensor/random/mod.ts";
import { betaln, digammaDifference, lgamma, log1p } from "../../tensor/special/mod.ts";
import { given } from "../checks.ts";
import { lowerCholesky, positive, realVector } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const half = () => constant(0.5), one = () => constant(1), two = () => constant(2);
const nanUpTo1 = (df: Tensor, above: Tensor) => tf.where(df.greater(one()), above, constant(NaN));

/**
 * Computes log(1 + |x|^2 / y) for vectors x, also where the square is beyond the range of floats:
 * far out by what is left of it over that of the largest entry.
 */
function log1pSquares(x: Tensor, y: Tensor): Tensor {
  const largest = stopGradient(x.abs().max(-1)), isFar = largest.greater(y.sqrt().mul(constant(1e3)));
  const unit = tf.where(isFar, largest, one()), within = x.div(unit.expandDims(-1)).square().sum(-1);
  const near = log1p(tf.where(isFar, constant(0), within).div(y));
  const far = tf.where(isFar, within, one()).add(y.div(unit).div(unit)).log();
  return tf.where(isFar, far.add(unit.log().mul(two())).sub(y.log()), near);
}

const formulas: Formulas<MultivariateStudentT> = {
  support: realVector,
  eventShape: ({ scaleTril }) => scaleTril.shape.slice(-1),
  rsample(key, shape, { df, loc, scaleTril }) {
    const [normalKey, gammaKey] = key.split(2), a = df.mul(half());
    const spread = gamma(gammaKey, a, shape.slice(0, -1)).div(a).sqrt().expandDims(-1);
    return matvec(scaleTril, normalKey.draw("normal", shape)).div(spread).add(loc);
  },
  logDensity(value, { df, loc, scaleTril, eventShape: [n] }) {
    const noise = triangularSolve(scaleTril, value.sub(loc).expandDims(-1)).squeeze([-1]);
    const halves = constant(n / 2), peak = lgamma(halves).sub(betaln(df.mul(half()), halves));
    const width = df.mul(constant(Math.PI)).log().mul(halves).add(diagonal(scaleTril).log().sum(-1));
    return peak.sub(width).sub(log1pSquares(noise, df).mul(df.add(constant(n)).mul(half())));
  },
  mean: ({ df, loc }) => nanUpTo1(df.expandDims(-1), loc),
  entropy({ df, scaleTril, eventShape: [n] }) {
    const halves = constant(n / 2), a = df.mul(half()), b = a.add(halves);
    const width = df.mul(constant(Math.PI)).log().mul(halves).add(diagonal(scaleTril).log().sum(-1));
    return width.add(betaln(a, halves)).sub(lgamma(halves)).add(b.mul(digammaDifference(b, a)));
  },
  mode: ({ loc }) => loc,
  variance({ df, scaleTril }) {
    const power = df.expandDims(-1), ratio = power.div(tf.maximum(power, two()).sub(two()));
    const finite = scaleTril.square().sum(-1).mul(ratio);
    return tf.where(power.greater(two()), finite, nanUpTo1(power, constant(Infinity)));
  },
};

/**
 * Student's t distribution of vectors. Parameters: `df` (degrees of freedom), `loc` `[..., n]` and
 * `scaleTril` `[..., n, n]`, the lower Cholesky factor of the scale. The mean is NaN for df up to
 * 1, the variance NaN up to 1 and infinite up to 2. NumPyro: `MultivariateStudentT`.
 */
export class MultivariateStudentT extends ParametricDistribution {
  /** The degrees of freedom. */
  declare readonly df: Tensor;
  /** The median. */
  declare readonly loc: Tensor;
  /** The lower Cholesky factor of the scale. */
  declare readonly scaleTril: Tensor;

  /** The axes left of those of one vector and one factor broadcast to the batch shape. */
  constructor(
    df: TensorLike,
    loc: TensorLike,
    scaleTril: TensorLike,
    options?: DistributionOptions,
  ) {
    const median = given("MultivariateStudentT", "loc", loc);
    const factor = given("MultivariateStudentT", "scaleTril", scaleTril), n = factor.shape.at(-1) ?? 1;
    const vector = median.rank === 0 ? tf.broadcastTo(median, [n]) as Tensor : median;
    super(
      formulas,
      { df: [df, positive], loc: [vector, realVector], scaleTril: [factor, lowerCholesky] },
      options,
    );
  }
}
