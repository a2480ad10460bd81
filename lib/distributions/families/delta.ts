import { asTensor, constant, type Key, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { type Constraint, independent, real } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { broadcastTo, sumRightmost } from "../shapes.ts";

/** What `Delta` takes besides its value. */
export interface DeltaOptions extends DistributionOptions {
  /** The log density at the value, of the batch shape; default: 0. */
  readonly logDensity?: TensorLike;
  /** How many rightmost axes of the value are event axes; default: 0. */
  readonly eventDim?: number;
}

/** The distribution that has all its mass at one value. Parameters: `value` and `logDensity`. */
export class Delta extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint;
  /** The value. */
  readonly value: Tensor;
  /** The log density at the value. */
  readonly density: Tensor;

  /**
   * Makes the distribution at a value.
   * @throws Error where the value has fewer axes than `eventDim`.
   */
  constructor(value: TensorLike, options: DeltaOptions = {}) {
    const { logDensity = 0, eventDim = 0 } = options;
    const tensor = asTensor(value), support = independent(real, eventDim);
    super(
      { value: [tensor, support], logDensity: [logDensity, real] },
      tensor.shape.slice(tensor.rank - eventDim),
      options,
    );
    this.support = support;
    this.value = this.parameters.value;
    this.density = this.parameters.logDensity;
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(_key: Key, sampleShape: Shape = []): Tensor {
    return broadcastTo(this.value, this.shape(sampleShape));
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const differences = value.notEqual(this.value).cast("float32");
    const count = sumRightmost(differences, this.eventShape.length);
    return this.zeroUnless(count.equal(constant(0)), this.density);
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.value);
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return this.full(constant(0));
  }
}
