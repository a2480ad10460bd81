import type { Key, Shape, Tensor, TensorLike } from "../../tensor/mod.ts";
import type { Constraint } from "../constraints/mod.ts";
import { Distribution } from "../distribution.ts";

/** A distribution made from another: what a wrapper does not change, `base` answers. */
export abstract class Wrapper extends Distribution {
  /** Wraps a distribution, whose shapes it has unless others are given. */
  constructor(
    /** The wrapped distribution. */
    readonly base: Distribution,
    override readonly batchShape: Shape = base.batchShape,
    override readonly eventShape: Shape = base.eventShape,
  ) {
    super();
  }

  /** The values that have positive density. */
  override get support(): Constraint {
    return this.base.support;
  }

  /** True where parameters and values are checked. */
  override get validates(): boolean {
    return this.base.validates;
  }

  /** True where draws are differentiable functions of the parameters. */
  override get hasRsample(): boolean {
    return this.base.hasRsample;
  }

  /** True where `enumerateSupport` lists all values. */
  override get hasEnumerateSupport(): boolean {
    return this.base.hasEnumerateSupport;
  }

  /** The parameters of the wrapped distribution. */
  override get parameters(): Readonly<Record<string, Tensor>> {
    return this.base.parameters;
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.base.mean;
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return this.base.variance;
  }

  /** The value of the greatest density, of the shape `batchShape + eventShape`. */
  override get mode(): Tensor {
    return this.base.mode;
  }

  /** Returns the entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return this.base.entropy();
  }

  /** Draws values of the shape `sampleShape + batchShape + eventShape`. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    return this.base.sample(key, sampleShape);
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return this.base.rsample(key, sampleShape);
  }

  /** Returns the log density of a value, event axes summed out. */
  override logProb(value: TensorLike): Tensor {
    return this.base.logProb(value);
  }

  /** Returns a value that broadcasts with another and whose density and derivatives are finite. */
  override feasibleLike(value: Tensor): Tensor {
    return this.base.feasibleLike(value);
  }

  /** Returns the distribution function at a value. */
  override cdf(value: TensorLike): Tensor {
    return this.base.cdf(value);
  }

  /** Returns the logarithm of the distribution function, with the digits that the base has. */
  override logCdf(value: TensorLike): Tensor {
    return this.base.logCdf(value);
  }

  /** Returns the logarithm of the probability above a value, with the digits that the base has. */
  override logSurvival(value: TensorLike): Tensor {
    return this.base.logSurvival(value);
  }

  /** Returns the quantile of a probability. */
  override icdf(probability: TensorLike, rest?: Tensor): Tensor {
    return this.base.icdf(probability, rest);
  }

  /** Returns all values along a new leftmost axis. */
  override enumerateSupport(expand = true): Tensor {
    return this.base.enumerateSupport(expand);
  }
}
