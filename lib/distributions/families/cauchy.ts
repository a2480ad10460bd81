import { constant, type Key, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { cauchy } from "../../tensor/random/mod.ts";
import { log1p } from "../../tensor/special/mod.ts";
import { type Constraint, positive, real } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The Cauchy distribution. Parameters: `loc`, the median, and `scale`, the half width at half maximum. */
export class Cauchy extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = real;
  /** The median. */
  readonly loc: Tensor;
  /** The half width at half maximum. */
  readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super({ loc: [loc, real], scale: [scale, positive] }, [], options);
    ({ loc: this.loc, scale: this.scale } = this.parameters);
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return cauchy(key, this.shape(sampleShape)).mul(this.scale).add(this.loc);
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const z = value.sub(this.loc).div(this.scale);
    return constant(-Math.log(Math.PI)).sub(this.scale.log()).sub(log1p(z.square()));
  }

  /** NaN: the distribution has no mean. */
  override get mean(): Tensor {
    return this.full(constant(NaN));
  }

  /** Infinity, as in torch and NumPyro. */
  override get variance(): Tensor {
    return this.full(constant(Infinity));
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return this.perMember(this.scale.log().add(constant(Math.log(4 * Math.PI))));
  }
}
