import { constant, type Key, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { dirichlet } from "../../tensor/random/mod.ts";
import { digammaDifference, multivariateBetaln, xlogy } from "../../tensor/special/mod.ts";
import { type Constraint, independent, positive, simplex } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { lastAxis } from "../shapes.ts";

/** The Dirichlet distribution on the simplex. Parameter: `concentration` `[..., n]`. */
export class Dirichlet extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = simplex;
  /** The concentrations, along the last axis. */
  readonly concentration: Tensor;

  /** `concentration` has the batch shape and then the event's axis. */
  constructor(concentration: TensorLike, options?: DistributionOptions) {
    super({ concentration: [concentration, independent(positive, 1)] }, lastAxis(concentration), options);
    this.concentration = this.parameters.concentration;
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return dirichlet(key, this.concentration, [...sampleShape, ...this.batchShape]);
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const powers = this.concentration.sub(constant(1));
    return xlogy(powers, value).sum(-1).sub(multivariateBetaln(this.concentration));
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.concentration.div(this.concentration.sum(-1, true)));
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    const total = this.concentration.sum(-1, true);
    const mean = this.concentration.div(total);
    return this.full(mean.mul(constant(1).sub(mean)).div(total.add(constant(1))));
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    const a = this.concentration;
    const logs = digammaDifference(a, a.sum(-1, true));
    return this.perMember(multivariateBetaln(a).sub(a.sub(constant(1)).mul(logs).sum(-1)));
  }
}
