import { constant, type Key, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { type Constraint, nonNegative, positive } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const logNormaliser = 0.5 * Math.log(2 / Math.PI);

/** The distribution of |x| for normal x with mean 0. Parameter: `scale`, the normal's standard deviation. */
export class HalfNormal extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = nonNegative;
  /** The standard deviation of the normal. */
  readonly scale: Tensor;

  /** `scale` defaults to 1. */
  constructor(scale: TensorLike = 1, options?: DistributionOptions) {
    super({ scale: [scale, positive] }, [], options);
    this.scale = this.parameters.scale;
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return key.draw("normal", this.shape(sampleShape)).abs().mul(this.scale);
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const z = value.mul(constant(Math.SQRT1_2).div(this.scale));
    const density = constant(logNormaliser).sub(this.scale.log()).sub(z.square());
    return this.zeroUnless(value.greaterEqual(constant(0)), density);
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.scale.mul(constant(Math.sqrt(2 / Math.PI))));
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return this.full(this.scale.square().mul(constant(1 - 2 / Math.PI)));
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return this.perMember(this.scale.log().add(constant(0.5 - logNormaliser)));
  }
}
