import { constant, type Key, type Shape, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { gamma } from "../../tensor/random/mod.ts";
import { digammaCorrection, halfLogTwoPi, lgammaCorrection, logRatio } from "../../tensor/special/mod.ts";
import { type Constraint, nonNegative, positive } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/**
 * The gamma distribution. Parameters: `concentration` (shape) and `rate` (inverse scale).
 *
 * @example Mean and variance
 * ```ts
 * import { Gamma } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const gamma = new Gamma(3, 2);
 * assert.equal(gamma.mean.dataSync()[0], 1.5);
 * assert.equal(gamma.variance.dataSync()[0], 0.75);
 * ```
 */
export class Gamma extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = nonNegative;
  /** The shape parameter. */
  readonly concentration: Tensor;
  /** The inverse scale. */
  readonly rate: Tensor;

  /** `concentration` and `rate` (default 1) broadcast to the batch shape. */
  constructor(concentration: TensorLike, rate: TensorLike = 1, options?: DistributionOptions) {
    super({ concentration: [concentration, positive], rate: [rate, positive] }, [], options);
    ({ concentration: this.concentration, rate: this.rate } = this.parameters);
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return gamma(key, this.concentration, this.shape(sampleShape)).div(this.rate);
  }

  // a log(b) + (a - 1) log(x) - b x - lgamma(a), with Stirling's formula put in for lgamma: for
  // large a the terms would cancel to nothing in float32.
  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const a = this.concentration, power = a.sub(constant(1));
    const scaled = value.mul(this.rate);
    // At 0 the power of an exponential, 0, meets a logarithm of -Infinity.
    const isFlat = power.equal(constant(0)).logicalAnd(value.equal(constant(0)));
    const logs = logRatio(tf.where(isFlat, a, scaled), a);
    const normaliser = this.rate.log().sub(a.log().mul(constant(0.5))).sub(lgammaCorrection(a))
      .sub(constant(halfLogTwoPi));
    const density = power.mul(logs).sub(scaled.sub(a)).add(normaliser);
    return this.zeroUnless(value.greaterEqual(constant(0)), density);
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.concentration.div(this.rate));
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return this.full(this.concentration.div(this.rate.square()));
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    const a = this.concentration, half = constant(0.5), rest = constant(1).sub(a);
    const entropy = a.log().mul(half).add(lgammaCorrection(a)).add(constant(halfLogTwoPi))
      .sub(rest.mul(half).div(a)).add(rest.mul(digammaCorrection(a))).sub(this.rate.log());
    return this.perMember(entropy);
  }
}
