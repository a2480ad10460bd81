import { constant, type Key, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { type Constraint, greaterThan, interval, real } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The uniform distribution on an interval. Parameters: `low` and `high`, its ends. */
export class Uniform extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint;
  /** The lower end. */
  readonly low: Tensor;
  /** The upper end. */
  readonly high: Tensor;

  /** `low` and `high` broadcast to the batch shape; they default to 0 and 1. */
  constructor(low: TensorLike = 0, high: TensorLike = 1, options?: DistributionOptions) {
    super({ low: [low, real], high: [high, greaterThan(low)] }, [], options);
    ({ low: this.low, high: this.high } = this.parameters);
    // Numbers stay numbers, so that transforms to the interval need no tensors for them.
    this.support = interval(
      typeof low === "number" ? low : this.low,
      typeof high === "number" ? high : this.high,
    );
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return key.draw("uniform", this.shape(sampleShape)).mul(this.high.sub(this.low)).add(this.low);
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const isInside = value.greaterEqual(this.low).logicalAnd(value.lessEqual(this.high));
    return this.zeroUnless(isInside, this.high.sub(this.low).log().neg());
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.low.add(this.high).mul(constant(0.5)));
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return this.full(this.high.sub(this.low).square().mul(constant(1 / 12)));
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return this.perMember(this.high.sub(this.low).log());
  }
}
