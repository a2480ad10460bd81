import { constant, type Key, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { cauchy } from "../../tensor/random/mod.ts";
import { log1p } from "../../tensor/special/mod.ts";
import { type Constraint, nonNegative, positive } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The distribution of |x| for Cauchy x with median 0. Parameter: `scale`. */
export class HalfCauchy extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = nonNegative;
  /** The scale of the Cauchy distribution. */
  readonly scale: Tensor;

  /** `scale` defaults to 1. */
  constructor(scale: TensorLike = 1, options?: DistributionOptions) {
    super({ scale: [scale, positive] }, [], options);
    this.scale = this.parameters.scale;
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return cauchy(key, this.shape(sampleShape)).abs().mul(this.scale);
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const z = value.div(this.scale);
    const density = constant(Math.log(2 / Math.PI)).sub(this.scale.log()).sub(log1p(z.square()));
    return this.zeroUnless(value.greaterEqual(constant(0)), density);
  }

  /** Infinity. */
  override get mean(): Tensor {
    return this.full(constant(Infinity));
  }

  /** Infinity. */
  override get variance(): Tensor {
    return this.full(constant(Infinity));
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return this.perMember(this.scale.log().add(constant(Math.log(2 * Math.PI))));
  }
}
