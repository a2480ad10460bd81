import { asTensor, broadcastShapes, constant, tf } from "../../tensor/mod.ts";
import type { Key, Shape, Tensor, TensorLike } from "../../tensor/mod.ts";
import { logsumexp } from "../../tensor/special/mod.ts";
import { checkExpand, checkProbability, checkValue, checkValueShape } from "../checks.ts";
import { Bounded, type Constraint, independent, IndependentConstraint, real } from "../constraints/mod.ts";
import { Distribution } from "../distribution.ts";
import { checkDistribution, checkEvents } from "./check_of_numbers.ts";
import { countBetween, quantileBetween } from "../quantile_between.ts";
import { quantile } from "../support.ts";
import { Categorical } from "../families/categorical.ts";
import { asFloat, broadcastTo } from "../shapes.ts";
import { withoutValidation } from "../validation.ts";

/** The values that a component may give: where bounds differ by component, all numbers. */
function widest(support: Constraint): Constraint {
  if (support instanceof IndependentConstraint) {
    return independent(widest(support.base), support.reinterpreted);
  }
  return support instanceof Bounded && !support.isFixed && !support.isDiscrete ? real : support;
}

/**
 * A mixture: a category is drawn from `mixing`, and then a value from the component of that number.
 * The components are one distribution, with its rightmost batch axis over them, or a list of
 * distributions with the same event shape. Values are scored with the category summed out. NumPyro:
 * `Mixture`, `MixtureSameFamily`, `MixtureGeneral`.
 *
 * @example Two bumps
 * ```ts
 * import { Categorical, Mixture, Normal } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const bumps = new Mixture(new Categorical([0.25, 0.75]), new Normal([-2, 2], 1));
 * assert.equal(bumps.mean.dataSync()[0], 1);
 * assert.equal(bumps.variance.dataSync()[0], 4);
 * ```
 */
export class Mixture extends Distribution {
  /** The shape of the batch of mixtures. */
  override readonly batchShape: Shape;
  /** The shape of one draw. */
  override readonly eventShape: Shape;

  /**
   * Mixes components.
   * @throws Error where their number is not that of the categories, or event shapes differ.
   */
  constructor(
    /** The distribution of the number of the component. */
    readonly mixing: Categorical,
    /** The components: one distribution with them along its last batch axis, or a list. */
    readonly components: Distribution | readonly Distribution[],
  ) {
    super();
    checkDistribution("Mixture", mixing);
    for (const one of Array.isArray(components) ? components : [components]) {
      checkDistribution("Mixture", one);
    }
    if (!(mixing instanceof Categorical)) {
      const { name } = mixing as Distribution;
      throw new Error(
        `Cannot make Mixture: found ${name} as the mixing distribution, expected a Categorical`,
      );
    }
    const list = components instanceof Distribution ? [components] : components;
    const found = components instanceof Distribution ? components.batchShape.at(-1) ?? 1 : components.length;
    if (found !== mixing.categories) {
      throw new Error(
        `Cannot make Mixture: found ${found} components and a mixing distribution of ${mixing.categories} ` +
          "categories, expected as many; of one distribution, they lie along its last batch axis",
      );
    }
    checkEvents("Mixture", list);
    this.eventShape = list[0].eventShape;
    const batches = components instanceof Distribution
      ? [components.batchShape.slice(0, -1)]
      : list.map(({ batchShape }) => batchShape);
    this.batchShape = broadcastShapes(mixing.batchShape, ...batches);
  }

  /** The values that components give; where their bounds are tensors, all numbers. */
  override get support(): Constraint {
    const { components } = this;
    return widest((components instanceof Distribution ? components : components[0]).support);
  }

  /** Stacks one result of each component, along an axis before its own `eventDim` axes. */
  private stacked(of: (d: Distribution) => Tensor, eventDim: number): Tensor {
    const { components, batchShape } = this, event = this.eventShape.slice(this.eventShape.length - eventDim);
    if (components instanceof Distribution) return of(components);
    const full = (x: Tensor) => broadcastTo(x, broadcastShapes(x.shape, [...batchShape, ...event]));
    const each = components.map((d) => full(of(d)));
    return tf.stack(each, each[0].rank - eventDim) as Tensor;
  }

  /** Draws values of the shape `sampleShape + batchShape + eventShape`. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    const [mixingKey, valueKey] = key.split(2),
      { mixing, components, eventShape } = this,
      n = mixing.categories;
    const batch = [...sampleShape, ...this.batchShape], axis = batch.length;
    const category = broadcastTo(mixing.expand(this.batchShape).sample(mixingKey, sampleShape), batch);
    const isChosen = tf.oneHot(category as never, n).cast("bool").reshape([
      ...batch,
      n,
      ...eventShape.map(() => 1),
    ]);
    const keys = components instanceof Distribution ? [valueKey] : valueKey.split(n);
    const values = components instanceof Distribution
      ? components.expand([...this.batchShape, n]).sample(valueKey, sampleShape)
      : tf.stack(
        components.map((d, i) => d.expand(this.batchShape).sample(keys[i], sampleShape)),
        axis,
      ) as Tensor;
    return tf.where(isChosen, values, constant(0).cast(values.dtype)).sum(axis);
  }

  /** Returns the log density of a value, event axes summed out, whatever component it came from. */
  override logProb(value: TensorLike): Tensor {
    return logsumexp(this.logProbs(value), -1);
  }

  /**
   * Returns the log density of a value together with each component, along a last axis: those of
   * its component, given the value, up to a constant.
   */
  logProbs(value: TensorLike): Tensor {
    const x = asFloat(asTensor(value)), { batchShape, eventShape, mixing } = this;
    checkValueShape(`score ${this.name}`, x.shape, batchShape, eventShape);
    if (this.validates) checkValue(this.name, x, this.support);
    const at = this.components instanceof Distribution ? x.expandDims(x.rank - eventShape.length) : x;
    return withoutValidation(() => this.stacked((d) => d.logProb(at), 0)).add(mixing.logits);
  }

  /** Weighs a statistic of the components by their probabilities. */
  private average(statistic: Tensor): Tensor {
    const { mixing: { probs }, eventShape } = this, axis = statistic.rank - eventShape.length - 1;
    const weights = probs.reshape([...probs.shape, ...eventShape.map(() => 1)]);
    return broadcastTo(
      statistic.mul(weights).sum(weights.rank > statistic.rank ? -1 - eventShape.length : axis),
      this.shape(),
    );
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.average(this.stacked((d) => d.mean, this.eventShape.length));
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    const events = this.eventShape.length, means = this.stacked((d) => d.mean, events);
    const around = means.sub(this.mean.expandDims(this.batchShape.length)).square();
    return this.average(this.stacked((d) => d.variance, events).add(around));
  }

  /** Returns the distribution function at a value. */
  override cdf(value: TensorLike): Tensor {
    if (this.eventShape.length > 0) return super.cdf(value);
    const at = this.perComponent(value);
    return this.stacked((d) => d.cdf(at), 0).mul(this.mixing.probs).sum(-1);
  }

  /** Returns the logarithm of the distribution function, with the digits that components have. */
  override logCdf(value: TensorLike): Tensor {
    return this.logSide("logCdf", value) ?? super.logCdf(value);
  }

  /** Returns the logarithm of the probability above a value, with the digits of components. */
  override logSurvival(value: TensorLike): Tensor {
    return this.logSide("logSurvival", value) ?? super.logSurvival(value);
  }

  /** Computes the logarithm of one side of the distribution function, of numbers. */
  private logSide(side: "logCdf" | "logSurvival", value: TensorLike): Tensor | undefined {
    if (this.eventShape.length > 0) return undefined;
    const at = this.perComponent(value);
    return logsumexp(this.stacked((d) => d[side](at), 0).add(this.mixing.logits), -1);
  }

  /** Returns numbers as they broadcast with the components. */
  private perComponent(x: TensorLike): Tensor {
    const floats = asFloat(asTensor(x));
    return this.components instanceof Distribution ? floats.expandDims(-1) : floats;
  }

  /**
   * Returns the quantile of a probability, by search between those of the components; its
   * derivative is that of the implicit function.
   */
  override icdf(probability: TensorLike, rest?: Tensor): Tensor {
    if (this.eventShape.length > 0) return super.icdf(probability);
    const given = asFloat(asTensor(probability)), { batchShape, mixing: { probs } } = this;
    checkValueShape(`take quantiles of ${this.name}`, given.shape, batchShape, []);
    if (this.validates) checkProbability(this.name, given);
    const isUsed = probs.greater(constant(0));
    const between = (p: Tensor, q: Tensor) => {
      const [at, other] = [this.perComponent(p), this.perComponent(q)];
      const all = asFloat(this.stacked((d) => d.icdf(at, other), 0));
      const [most, least] = [-Infinity, Infinity].map((none) => tf.where(isUsed, all, constant(none)));
      return [least.min(-1), most.max(-1)] as const;
    };
    const sides = {
      batchShape,
      logCdf: (x: Tensor) => this.logCdf(x),
      logSurvival: (x: Tensor) => this.logSurvival(x),
      logDensity: (x: Tensor) => this.logProb(x),
    };
    const search = this.isDiscrete ? countBetween : quantileBetween;
    return quantile(given, (p, q) => {
      const [zero, one] = [constant(0), constant(1)];
      return search(sides, [p, q], between, [between(zero, one)[0], between(one, zero)[1]]);
    }, rest);
  }

  /** Returns the same distribution with a larger batch shape. */
  override expand(batchShape: Shape): Distribution {
    checkExpand(this.name, this.batchShape, batchShape);
    const { components, mixing } = this;
    return new Mixture(
      mixing.expand(batchShape),
      components instanceof Distribution
        ? components.expand([...batchShape, mixing.categories])
        : components.map((d) => d.expand(batchShape)),
    );
  }
}
