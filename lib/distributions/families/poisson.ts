import { constant, type Key, type Shape, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { poisson } from "../../tensor/random/mod.ts";
import { lgammaCorrection, logRatio } from "../../tensor/special/mod.ts";
import { type Constraint, nonNegativeInteger, positive } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The Poisson distribution on 0, 1, 2 ... Parameter: `rate`, the mean. Draws are float32. */
export class Poisson extends ParametricDistribution {
  /** Whether the values are countable. */
  override readonly isDiscrete: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = nonNegativeInteger;
  /** The mean. */
  readonly rate: Tensor;

  /** `rate` has the batch shape. */
  constructor(rate: TensorLike, options?: DistributionOptions) {
    super({ rate: [rate, positive] }, [], options);
    this.rate = this.parameters.rate;
  }

  /** Draws values of the shape `sampleShape + batchShape + eventShape`. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    return poisson(key, this.rate, this.shape(sampleShape)).cast("float32");
  }

  // x log(rate) - rate - lgamma(x + 1), with Stirling's formula put in for lgamma: for large counts
  // the terms would cancel to nothing in float32. At 0 it is -rate.
  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const isZero = value.equal(constant(0));
    const x = tf.where(isZero, constant(1), value);
    const density = x.sub(this.rate).sub(x.mul(logRatio(x, this.rate)))
      .sub(x.mul(constant(2 * Math.PI)).log().mul(constant(0.5))).sub(lgammaCorrection(x));
    return tf.where(isZero, this.rate.neg(), density);
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.rate);
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return this.full(this.rate);
  }
}
