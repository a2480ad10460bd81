import { constant, type Key, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { type Constraint, positive, real } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { halfLogTwoPi } from "../../tensor/special/mod.ts";

/**
 * The normal (Gaussian) distribution. Parameters: `loc`, the mean, and `scale`, the standard
 * deviation.
 *
 * @example The density at the mean
 * ```ts
 * import assert from "node:assert/strict";
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 *
 * const density = Math.exp(new Normal(0, 1).logProb(0).dataSync()[0]);
 * assert.ok(Math.abs(density - 1 / Math.sqrt(2 * Math.PI)) < 1e-6);
 * ```
 */
export class Normal extends ParametricDistribution {
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = real;
  /** The mean. */
  readonly loc: Tensor;
  /** The standard deviation. */
  readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super({ loc: [loc, real], scale: [scale, positive] }, [], options);
    ({ loc: this.loc, scale: this.scale } = this.parameters);
  }

  // The standard normal draw behind each value this distribution gave.
  private readonly drawn: WeakMap<Tensor, Tensor> = new WeakMap();

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    const noise = key.draw("normal", this.shape(sampleShape)), value = noise.mul(this.scale).add(this.loc);
    this.drawn.set(value, noise);
    return value;
  }

  // Only the two subtractions, the product and the square run on values; the rest on the parameters
  // alone.
  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const noise = this.drawn.get(value);
    // Of its own draw, (value - loc) / scale is the noise itself: exact, and nothing to
    // differentiate.
    const z = noise && !noise.isDisposed
      ? noise.mul(constant(Math.SQRT1_2))
      : value.sub(this.loc).mul(constant(Math.SQRT1_2).div(this.scale));
    return constant(-halfLogTwoPi).sub(this.scale.log()).sub(z.square());
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.loc);
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return this.full(this.scale.square());
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return this.perMember(this.scale.log().add(constant(0.5 + halfLogTwoPi)));
  }
}
