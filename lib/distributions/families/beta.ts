import { constant, type Key, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { beta } from "../../tensor/random/mod.ts";
import { betaln, digammaDifference, xlog1py, xlogy } from "../../tensor/special/mod.ts";
import { type Constraint, positive, unitInterval } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The beta distribution on [0, 1]. Parameters: `concentration1` (alpha) and `concentration0` (beta). */
export class Beta extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = unitInterval;
  /** Alpha, which pulls to 1. */
  readonly concentration1: Tensor;
  /** Beta, which pulls to 0. */
  readonly concentration0: Tensor;

  /** The two concentrations broadcast to the batch shape. */
  constructor(concentration1: TensorLike, concentration0: TensorLike, options?: DistributionOptions) {
    super(
      { concentration1: [concentration1, positive], concentration0: [concentration0, positive] },
      [],
      options,
    );
    ({ concentration1: this.concentration1, concentration0: this.concentration0 } = this.parameters);
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return beta(key, this.concentration1, this.concentration0, this.shape(sampleShape));
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const a = this.concentration1.sub(constant(1)), b = this.concentration0.sub(constant(1));
    return xlogy(a, value).add(xlog1py(b, value.neg())).sub(betaln(this.concentration1, this.concentration0));
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.concentration1.div(this.concentration1.add(this.concentration0)));
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    const total = this.concentration1.add(this.concentration0);
    const product = this.concentration1.mul(this.concentration0);
    return this.full(product.div(total.square().mul(total.add(constant(1)))));
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    const a = this.concentration1, b = this.concentration0, total = a.add(b), one = constant(1);
    const entropy = betaln(a, b).sub(a.sub(one).mul(digammaDifference(a, total)))
      .sub(b.sub(one).mul(digammaDifference(b, total)));
    return this.perMember(entropy);
  }
}
