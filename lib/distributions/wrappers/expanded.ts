import { broadcastShapes, type Key, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { checkExpand } from "../checks.ts";
import { type Distribution, wrappers } from "../distribution.ts";
import { broadcastTo } from "../shapes.ts";
import { checkDistribution } from "./check_of_numbers.ts";
import { Wrapper } from "./wrapper.ts";

/**
 * A distribution repeated over a larger batch shape, as Pyro's `ExpandedDistribution`: for those
 * that cannot expand themselves. The copies are independent.
 */
export class Expanded extends Wrapper {
  /**
   * Repeats a distribution.
   * @throws Error where the batch shape does not broadcast to the new one.
   */
  constructor(base: Distribution, batchShape: Shape) {
    checkDistribution("Expanded", base);
    checkExpand(base.name, base.batchShape, batchShape);
    super(base, batchShape);
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return broadcastTo(this.base.mean, this.shape());
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return broadcastTo(this.base.variance, this.shape());
  }

  /** The value of the greatest density, of the shape `batchShape + eventShape`. */
  override get mode(): Tensor {
    return broadcastTo(this.base.mode, this.shape());
  }

  /** Returns the entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return broadcastTo(this.base.entropy(), this.batchShape);
  }

  /** Draws values of the shape `sampleShape + batchShape + eventShape`. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    return this.draw((shape) => this.base.sample(key, shape), sampleShape);
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return this.draw((shape) => this.base.rsample(key, shape), sampleShape);
  }

  /** Draws new axes as sample axes, and then moves those that lie between old ones into place. */
  private draw(sample: (shape: Shape) => Tensor, sampleShape: Shape): Tensor {
    const old = this.base.batchShape, added = this.batchShape.length - old.length;
    const grown = old.map((_, i) => i).filter((i) => old[i] !== this.batchShape[added + i]);
    const lead = [...sampleShape, ...this.batchShape.slice(0, added)];
    const drawn = sample([...lead, ...grown.map((i) => this.batchShape[added + i])]);
    if (grown.length === 0) return drawn;
    const order = lead.map((_, i) => i);
    const batchStart = lead.length + grown.length;
    old.forEach((_, i) => order.push(grown.includes(i) ? lead.length + grown.indexOf(i) : batchStart + i));
    for (let i = batchStart + old.length; i < drawn.rank; i++) order.push(i);
    // The ones that the grown axes replace go to the front, where the reshape drops them.
    const ones = grown.map((i) => batchStart + i);
    return drawn.transpose([...ones, ...order]).reshape(this.shape(sampleShape));
  }

  /** Returns the log density of a value, event axes summed out. */
  override logProb(value: TensorLike): Tensor {
    return this.perMember(this.base.logProb(value));
  }

  /** Returns the distribution function at a value. */
  override cdf(value: TensorLike): Tensor {
    return this.perMember(this.base.cdf(value));
  }

  /** Returns the logarithm of the distribution function, with the digits that the base has. */
  override logCdf(value: TensorLike): Tensor {
    return this.perMember(this.base.logCdf(value));
  }

  /** Returns the logarithm of the probability above a value, with the digits that the base has. */
  override logSurvival(value: TensorLike): Tensor {
    return this.perMember(this.base.logSurvival(value));
  }

  /** Returns the quantile of a probability. */
  override icdf(probability: TensorLike, rest?: Tensor): Tensor {
    return this.perMember(this.base.icdf(probability, rest));
  }

  /** Broadcasts a result to the batch. */
  private perMember(result: Tensor): Tensor {
    return broadcastTo(result, broadcastShapes(result.shape, this.batchShape));
  }

  /** Returns all values along a new leftmost axis. */
  override enumerateSupport(expand = true): Tensor {
    const values = this.base.enumerateSupport(false);
    const [count] = values.shape;
    const flat = values.reshape([count, ...this.batchShape.map(() => 1), ...this.eventShape]);
    return expand ? broadcastTo(flat, this.shape([count])) : flat;
  }

  /** Returns the same distribution with a larger batch shape. */
  override expand(batchShape: Shape): Distribution {
    checkExpand(this.base.name, this.batchShape, batchShape);
    return new Expanded(this.base, batchShape);
  }
}

wrappers.expanded = (base, batchShape) => new Expanded(base, batchShape);
