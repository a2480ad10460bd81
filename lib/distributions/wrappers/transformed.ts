import { asTensor, constant, sameShape, tf } from "../../tensor/mod.ts";
import type { Key, Shape, Tensor, TensorLike } from "../../tensor/mod.ts";
import { checkExpand, checkValue, checkValueShape } from "../checks.ts";
import { type Constraint, independent } from "../constraints/mod.ts";
import { Distribution } from "../distribution.ts";
import { checkDistribution } from "./check_of_numbers.ts";
import { asFloat, broadcastTo, sumRightmost } from "../shapes.ts";
import { anyRightmost, cdfOnSupport, isKnownInside, markInside, replaced } from "../support.ts";
import { isValidationEnabled } from "../validation.ts";
import { withEdgeLimits } from "./edge_limits.ts";
import { ComposeTransform, imageOfChain, signOf } from "../transforms/compose.ts";
import { checkTransform, type Transform } from "../transforms/transform.ts";

/**
 * The distribution of f(x) for x from a base distribution and f a chain of transforms.
 *
 * @example The log-normal distribution
 * ```ts
 * import { ExpTransform, LogNormal, Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { TransformedDistribution } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const distribution = new TransformedDistribution(new Normal(1, 0.5), new ExpTransform());
 * const [found] = distribution.logProb(tf.scalar(2)).dataSync();
 * const [expected] = new LogNormal(1, 0.5).logProb(tf.scalar(2)).dataSync();
 * assert(Math.abs(found - expected) < 1e-6);
 * ```
 */
export class TransformedDistribution extends Distribution {
  /** The shape of the batch of distributions. */
  override readonly batchShape: Shape;
  /** The shape of one draw. */
  override readonly eventShape: Shape;
  #support: Constraint | undefined;
  /** The base distribution, with as many event axes as the transforms need. */
  readonly base: Distribution;
  /** The transforms, the first one first. */
  readonly transforms: readonly Transform[];

  /**
   * Puts transforms on a base distribution, whose batch axes become event axes as the transforms
   * need.
   * @throws Error where the base has fewer axes than they need.
   */
  constructor(base: Distribution, transforms: Transform | readonly Transform[]) {
    super();
    checkDistribution("TransformedDistribution", base);
    this.transforms = Array.isArray(transforms) ? transforms : [transforms as Transform];
    for (const one of this.transforms) checkTransform("TransformedDistribution", one);
    // Of the image, only the number of axes is needed here.
    const whole = new ComposeTransform(this.transforms, this.transforms.at(-1)?.codomain);
    this.base = base.toEvent(Math.max(0, whole.domain.eventDim - base.eventShape.length));
    const shape = whole.forwardShape(this.base.shape());
    // Parameters of transforms may have a larger batch than the base.
    const source = whole.inverseShape(shape);
    const batchRank = source.length - this.base.eventShape.length;
    if (!sameShape(source, this.base.shape())) this.base = this.base.expand(source.slice(0, batchRank));
    const eventDim = this.base.eventShape.length + whole.codomain.eventDim - whole.domain.eventDim;
    this.batchShape = shape.slice(0, shape.length - eventDim);
    this.eventShape = shape.slice(shape.length - eventDim);
  }

  /** The values that have positive density: what the transforms make of the base's. */
  override get support(): Constraint {
    if (!this.#support) {
      const image = imageOfChain(this.transforms, this.base.support);
      this.#support = independent(image, this.eventShape.length - image.eventDim);
    }
    return this.#support;
  }

  /** True where draws are differentiable functions of the parameters. */
  override get hasRsample(): boolean {
    return this.base.hasRsample;
  }

  /** The parameters of the base. */
  override get parameters(): Readonly<Record<string, Tensor>> {
    return this.base.parameters;
  }

  /** Draws values of the shape `sampleShape + batchShape + eventShape`. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    return this.push(this.base.sample(key, sampleShape));
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return this.push(this.base.rsample(key, sampleShape));
  }

  /** Applies all transforms one after the other. */
  private push(x: Tensor): Tensor {
    return this.transforms.reduce((value, transform) => transform.forward(value), x);
  }

  /** Returns the log density of a value, event axes summed out. */
  override logProb(value: TensorLike): Tensor {
    const given = asTensor(value);
    checkValueShape(this.name, given.shape, this.batchShape, this.eventShape);
    if (isValidationEnabled()) checkValue(this.name, given, this.support);
    let y = given, eventDim = this.eventShape.length;
    let volume: Tensor | undefined, excluded: Tensor | undefined;
    for (const transform of elementary(this.transforms).reverse()) {
      const { domain, codomain, range } = transform;
      const outside = isKnownInside(y, range) ? undefined : range.outside(y);
      if (outside) {
        // As in a family, formulas never meet a value from outside.
        y = replaced(y, outside, range, range.eventDim);
        const members = anyRightmost(outside, eventDim - codomain.eventDim);
        excluded = excluded ? excluded.logicalOr(members) : members;
      }
      const x = transform.inverse(y);
      eventDim += domain.eventDim - codomain.eventDim;
      // Countable values have probabilities, which no volume changes.
      if (!this.base.isDiscrete) {
        const term = sumRightmost(transform.logAbsDetJacobian(x, y), eventDim - domain.eventDim);
        volume = volume ? volume.add(term) : term;
      }
      y = x;
    }
    const base = sumRightmost(this.base.logProb(y), eventDim - this.base.eventShape.length);
    const density = volume ? base.sub(volume) : base;
    if (!excluded) return density;
    const limited = tf.where(excluded, constant(-Infinity), density), sign = this.direction();
    return sign === undefined ? limited : withEdgeLimits(given, limited, this.base, this.transforms, sign);
  }

  /** True where the base lists its values, and the transforms are of numbers. */
  override get hasEnumerateSupport(): boolean {
    return this.base.hasEnumerateSupport && this.eventShape.length === 0;
  }

  /** Returns all values along a new leftmost axis: what the transforms make of the base's. */
  override enumerateSupport(expand = true): Tensor {
    if (!this.hasEnumerateSupport) return super.enumerateSupport();
    const values = this.push(asFloat(this.base.enumerateSupport(false)));
    return markInside(expand ? broadcastTo(values, this.shape([values.shape[0]])) : values, this.support);
  }

  /** Returns the distribution function, if the transforms are monotonic element by element. */
  override cdf(value: TensorLike): Tensor {
    return this.sideOf("cdf", value) ?? super.cdf(value);
  }

  /** Returns the logarithm of the distribution function, with the digits that the base has. */
  override logCdf(value: TensorLike): Tensor {
    return this.sideOf("logCdf", value) ?? super.logCdf(value);
  }

  /** Returns the logarithm of the probability above a value, with the digits that the base has. */
  override logSurvival(value: TensorLike): Tensor {
    return this.sideOf("logSurvival", value) ?? super.logSurvival(value);
  }

  /** Computes one side of the distribution function, if the transforms are monotonic. */
  private sideOf(side: Side, value: TensorLike): Tensor | undefined {
    if (this.direction() === undefined) return undefined;
    return through(elementary(this.transforms), this.base, side, asFloat(asTensor(value)));
  }

  /** Returns the quantile function, if the transforms are monotonic element by element. */
  override icdf(probability: TensorLike, rest?: Tensor): Tensor {
    const sign = this.direction();
    if (sign === undefined) return super.icdf(probability);
    const p = asFloat(asTensor(probability));
    if (sign === 1) return this.push(this.base.icdf(p, rest));
    const isRising = sign.greater(constant(0)), q = rest ?? constant(1).sub(p);
    return this.push(this.base.icdf(tf.where(isRising, p, q), tf.where(isRising, q, p)));
  }

  /** The sign of all transforms, if they are monotonic; discrete values must increase. */
  private direction(): 1 | Tensor | undefined {
    const sign = signOf(this.transforms);
    return this.eventShape.length > 0 || (this.base.isDiscrete && sign !== 1) ? undefined : sign;
  }

  /** Returns the same distribution with a larger batch shape. */
  override expand(batchShape: Shape): Distribution {
    checkExpand(this.name, this.batchShape, batchShape);
    return new TransformedDistribution(this.base.expand(batchShape), this.transforms);
  }
}

/** Puts the parts of compositions in their place. */
function elementary(transforms: readonly Transform[]): Transform[] {
  return transforms.flatMap((t) => t instanceof ComposeTransform ? elementary(t.parts) : [t]);
}

/** A side of a distribution function, or its logarithm. */
type Side = "cdf" | "logCdf" | "logSurvival";

/** The values of the sides below and above the support. */
const beyond = { cdf: [0, 1], logCdf: [-Infinity, 0], logSurvival: [0, -Infinity] } as const;

/** Returns one side of a distribution behind transforms that are monotonic element by element. */
function through(transforms: readonly Transform[], base: Distribution, side: Side, value: Tensor): Tensor {
  const last = transforms.at(-1), rest = transforms.slice(0, -1);
  if (!last) return base[side](value);
  const before = (y: Tensor): Tensor => {
    const x = last.inverse(y), { sign } = last, same = () => through(rest, base, side, x);
    if (sign === 1) return same();
    if (side === "cdf") return turned(same(), sign!);
    const other = through(rest, base, side === "logCdf" ? "logSurvival" : "logCdf", x);
    return last.direction === -1 ? other : tf.where(sign!.greater(constant(0)), same(), other);
  };
  return cdfOnSupport(value, last.range, before, beyond[side]);
}

/** Returns a probability, or that of the other side where the sign is negative. */
function turned(probability: Tensor, sign: 1 | Tensor): Tensor {
  return sign === 1
    ? probability
    : tf.where(sign.greater(constant(0)), probability, constant(1).sub(probability));
}
