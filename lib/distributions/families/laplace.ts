import { constant, type Key, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { laplace } from "../../tensor/random/mod.ts";
import { type Constraint, positive, real } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The Laplace distribution. Parameters: `loc`, the mean, and `scale`, the mean distance from it. */
export class Laplace extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = real;
  /** The mean. */
  readonly loc: Tensor;
  /** The mean distance from `loc`. */
  readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super({ loc: [loc, real], scale: [scale, positive] }, [], options);
    ({ loc: this.loc, scale: this.scale } = this.parameters);
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return laplace(key, this.shape(sampleShape)).mul(this.scale).add(this.loc);
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const distance = value.sub(this.loc).abs().div(this.scale);
    return this.scale.mul(constant(2)).log().add(distance).neg();
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.loc);
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return this.full(this.scale.square().mul(constant(2)));
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return this.perMember(this.scale.log().add(constant(1 + Math.LN2)));
  }
}
