import { constant, type Key, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { expm1, halfLogTwoPi } from "../../tensor/special/mod.ts";
import { type Constraint, positive, real } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The distribution of exp(x) for normal x. Parameters: `loc` and `scale` of the normal. */
export class LogNormal extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = positive;
  /** The mean of the logarithm. */
  readonly loc: Tensor;
  /** The standard deviation of the logarithm. */
  readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super({ loc: [loc, real], scale: [scale, positive] }, [], options);
    ({ loc: this.loc, scale: this.scale } = this.parameters);
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return key.draw("normal", this.shape(sampleShape)).mul(this.scale).add(this.loc).exp();
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const x = value.log();
    const z = x.sub(this.loc).mul(constant(Math.SQRT1_2).div(this.scale));
    const density = constant(-halfLogTwoPi).sub(this.scale.log()).sub(z.square()).sub(x);
    return this.zeroUnless(value.greater(constant(0)), density);
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.loc.add(this.scale.square().mul(constant(0.5))).exp());
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    const square = this.scale.square();
    return this.full(expm1(square).mul(this.loc.mul(constant(2)).add(square).exp()));
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return this.perMember(this.scale.log().add(this.loc).add(constant(0.5 + halfLogTwoPi)));
  }
}
