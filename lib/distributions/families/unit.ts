import { type Key, type Shape, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { type Constraint, real, realVector } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/**
 * The distribution of nothing: its draws are empty and its log density is `logFactor`, as Pyro's
 * `Unit`. What `factor` scores. Parameter: `logFactor`, of the batch shape.
 */
export class Unit extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = realVector;
  /** The log density. */
  readonly logFactor: Tensor;

  /** `logFactor` has the batch shape. */
  constructor(logFactor: TensorLike, options?: DistributionOptions) {
    super({ logFactor: [logFactor, real] }, [0], options);
    this.logFactor = this.parameters.logFactor;
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(_key: Key, sampleShape: Shape = []): Tensor {
    return tf.zeros(this.shape(sampleShape));
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(_value: Tensor): Tensor {
    return this.logFactor;
  }
}
