import { constant, type Key, type Shape, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { gamma } from "../../tensor/random/mod.ts";
import { betaln, digammaDifference, log1p } from "../../tensor/special/mod.ts";
import { type Constraint, positive, real } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** Student's t distribution. Parameters: `df` (degrees of freedom), `loc` and `scale`. */
export class StudentT extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = real;
  /** The degrees of freedom. */
  readonly df: Tensor;
  /** The median. */
  readonly loc: Tensor;
  /** The scale. */
  readonly scale: Tensor;

  /** The three broadcast to the batch shape; `loc` and `scale` default to 0 and 1. */
  constructor(df: TensorLike, loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super({ df: [df, positive], loc: [loc, real], scale: [scale, positive] }, [], options);
    ({ df: this.df, loc: this.loc, scale: this.scale } = this.parameters);
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    const [normalKey, gammaKey] = key.split(2);
    const shape = this.shape(sampleShape), half = this.df.mul(constant(0.5));
    const mixing = gamma(gammaKey, half, shape).div(half);
    return normalKey.draw("normal", shape).div(mixing.sqrt()).mul(this.scale).add(this.loc);
  }

  // lgamma((df + 1) / 2) - lgamma(df / 2) is taken from log B(df / 2, 1 / 2), which keeps its
  // digits.
  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const half = constant(0.5), z = value.sub(this.loc).div(this.scale);
    const normaliser = this.scale.log().add(this.df.log().mul(half)).add(betaln(this.df.mul(half), half));
    return log1p(z.square().div(this.df)).mul(this.df.add(constant(1)).mul(constant(-0.5))).sub(normaliser);
  }

  /** `loc` for df > 1, NaN below. */
  override get mean(): Tensor {
    return this.full(tf.where(this.df.greater(constant(1)), this.loc, constant(NaN)));
  }

  /** Infinite for df up to 2, NaN up to 1. */
  override get variance(): Tensor {
    const two = constant(2);
    const finite = this.scale.square().mul(this.df).div(tf.maximum(this.df, two).sub(two));
    const infinite = tf.where(this.df.greater(constant(1)), constant(Infinity), constant(NaN));
    return this.full(tf.where(this.df.greater(two), finite, infinite));
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    const half = constant(0.5), a = this.df.mul(half), b = a.add(half);
    return this.perMember(
      b.mul(digammaDifference(b, a)).add(this.df.log().mul(half)).add(betaln(a, half)).add(this.scale.log()),
    );
  }
}
