import { constant, type Key, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { exponential } from "../../tensor/random/mod.ts";
import { type Constraint, nonNegative, positive } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The exponential distribution. Parameter: `rate`, the inverse of the mean. */
export class Exponential extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = nonNegative;
  /** The inverse of the mean. */
  readonly rate: Tensor;

  /** `rate` defaults to 1. */
  constructor(rate: TensorLike = 1, options?: DistributionOptions) {
    super({ rate: [rate, positive] }, [], options);
    this.rate = this.parameters.rate;
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return exponential(key, this.shape(sampleShape)).div(this.rate);
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    return this.zeroUnless(value.greaterEqual(constant(0)), this.rate.log().sub(this.rate.mul(value)));
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.rate.reciprocal());
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return this.full(this.rate.square().reciprocal());
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return this.perMember(constant(1).sub(this.rate.log()));
  }
}
