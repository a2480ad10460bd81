import { checkOptions, type OptionNames } from "../system/mod.ts";
import {
  activeTracer,
  asTensor,
  broadcastShapes,
  formatShape,
  sameShape,
  tf,
  tryBroadcastShapes,
} from "../tensor/mod.ts";
import type { Key, Shape, Tensor, TensorLike } from "../tensor/mod.ts";
import { checkDraw, checkExpand, checkParameter, checkProbability, checkValue } from "./checks.ts";
import { checkValueShape, readParameter } from "./checks.ts";
import type { Constraint } from "./constraints/constraint.ts";
import { Distribution } from "./distribution.ts";
import { entropyOver } from "./entropy_over.ts";
import type { Formulas } from "./formulas.ts";
import { asFloat, broadcastTo } from "./shapes.ts";
import { type OuterForm, outerForm, outerSum } from "./outer_sum.ts";
import { cdfOnSupport, markInside, onSupport, quantile } from "./support.ts";
import { isValidationEnabled } from "./validation.ts";
import "./wrappers/independent.ts";
import "./wrappers/expanded.ts";
import "./wrappers/masked.ts";

/** Options that every family takes as its last argument. */
export interface DistributionOptions {
  /** True to check parameters and values where they are known; default: as `setValidation` says. */
  readonly validate?: boolean;
}

/** The names of the options that every family takes. */
export const distributionOptionNames: OptionNames<DistributionOptions> = { validate: true };

/** A parameter as a family hands it to its base class: the value and the constraint on it. */
export type ParameterSpec = readonly [value: TensorLike, constraint: Constraint];

/**
 * A family with named parameters, made from its formulas. Shapes, validation and `expand` are done
 * here; each parameter becomes a field of its name.
 *
 * Parameters are never copied to the full batch shape: operations broadcast them, so that expanding
 * is free.
 *
 * @example A family of one's own: the Rayleigh distribution
 * ```ts
 * import { constraints, type Formulas } from "@pyrosaur/pyrosaur/distributions";
 * import { ParametricDistribution } from "@pyrosaur/pyrosaur/distributions";
 * import { random, type Tensor, type TensorLike } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const formulas: Formulas<Rayleigh> = {
 *   support: constraints.positive,
 *   rsample: (key, shape, { scale }) => random.exponential(key, shape).mul(2).sqrt().mul(scale),
 *   logDensity: (x, { scale: s }) => x.log().sub(s.log().mul(2)).sub(x.div(s).square().mul(0.5)),
 * };
 * class Rayleigh extends ParametricDistribution {
 *   declare readonly scale: Tensor;
 *   constructor(scale: TensorLike) {
 *     super(formulas, { scale: [scale, constraints.positive] });
 *   }
 * }
 * const rayleigh = new Rayleigh([1, 2]).expand([3, 2]);
 * assert.deepEqual(rayleigh.sample(random.key(0), [5]).shape, [5, 3, 2]);
 * assert(Math.abs(rayleigh.logProb(1).dataSync()[0] + 0.5) < 1e-6);
 * ```
 */
export abstract class ParametricDistribution extends Distribution {
  /** The shape of the batch of distributions. */
  override readonly batchShape: Shape;
  /** The shape of one draw. */
  override readonly eventShape: Shape;
  /** The constraint of each parameter, by its name. */
  readonly argConstraints: Record<string, Constraint> = {};
  private readonly given: Record<string, Tensor> = {};

  /**
   * Checks the parameters and works out the batch shape.
   * @param formulas the family
   * @param parameters each parameter by its name; the axes left of its constraint's event axes
   * broadcast to the batch shape
   * @param options the options that the family was given
   * @param names the names that they may have (default: `validate` alone)
   * @throws Error where parameters do not broadcast, or known values break their constraint.
   */
  constructor(
    private readonly formulas: Formulas<any>,
    parameters: Record<string, ParameterSpec>,
    private readonly options: DistributionOptions = {},
    names: Readonly<Record<string, true>> = distributionOptionNames,
  ) {
    super();
    checkOptions(`make ${this.name}`, options, names);
    const shapes: Shape[] = [formulas.batchShape ?? []];
    for (const [name, [value, constraint]] of Object.entries(parameters)) {
      const tensor = readParameter(this.name, name, value, constraint);
      shapes.push(tensor.shape.slice(0, tensor.rank - constraint.eventDim));
      this.given[name] = tensor;
      this.argConstraints[name] = constraint;
      // A family may compute a parameter instead, from the form in which it is given.
      if (!(name in this)) (this as unknown as Record<string, Tensor>)[name] = tensor;
      if (this.validates) checkParameter(this.name, name, tensor, constraint);
    }
    const batchShape = tryBroadcastShapes(...shapes);
    if (!batchShape) {
      const named = Object.entries(this.given).map(([name, t]) => `${name} ${formatShape(t.shape)}`);
      if (formulas.batchShape) named.push(`the base's batch ${formatShape(formulas.batchShape)}`);
      throw new Error(`Cannot make ${this.name}: the shapes of ${named.join(" and ")} do not broadcast`);
    }
    this.batchShape = batchShape;
    this.eventShape = formulas.eventShape?.(this) ?? [];
  }

  /** True where parameters and values are checked. */
  override get validates(): boolean {
    return this.options.validate ?? isValidationEnabled();
  }

  /** Returns a value that broadcasts with another and whose density and derivatives are finite. */
  override feasibleLike(value: Tensor): Tensor {
    return this.formulas.possible?.(this) ?? super.feasibleLike(value);
  }

  /** The parameters by the field's names. */
  override get parameters(): Readonly<Record<string, Tensor>> {
    return this.given;
  }

  /** The values that have positive density. */
  override get support(): Constraint {
    const { support } = this.formulas;
    return typeof support === "function" ? support(this) : support;
  }

  /** True where draws are differentiable functions of the parameters. */
  override get hasRsample(): boolean {
    return this.formulas.rsample !== undefined;
  }

  /** True where the density falls no faster than an exponential on either side. */
  get hasHeavyTails(): boolean {
    return this.formulas.hasHeavyTails ?? false;
  }

  /** True where `enumerateSupport` lists all values. */
  override get hasEnumerateSupport(): boolean {
    return this.formulas.values !== undefined;
  }

  /** Draws values of the shape `sampleShape + batchShape + eventShape`. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    checkDraw(this.name, key, sampleShape);
    const draw = this.formulas.rsample ?? this.formulas.sample!;
    return markInside(draw(key, this.shape(sampleShape), this), this.support);
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return this.hasRsample ? this.sample(key, sampleShape) : super.rsample(key);
  }

  /**
   * Draws counts given that they are not 0, of the batch shape.
   * @throws Error where the family has no such draws.
   */
  samplePositive(key: Key): Tensor {
    const { samplePositive } = this.formulas;
    if (samplePositive) return markInside(samplePositive(key, this.shape(), this), this.support);
    throw new Error(`${this.name} has no draws given that they are not 0; use ZeroInflated for Hurdle`);
  }

  /** Returns the log density of a value, event axes summed out. */
  override logProb(value: TensorLike): Tensor {
    const given = asTensor(value), tensor = this.fitting("score", given);
    const { support } = this, { hidesNaN, logDensity } = this.formulas;
    // Before the cast: of what is computed a trace knows no values.
    if (this.validates) checkValue(this.name, given, support);
    const density = this.validates && !activeTracer()
      ? logDensity(tensor, this)
      : onSupport(tensor, { support, hidesNaN, stand: this }, (x) => logDensity(x, this));
    const batch = tensor.shape.slice(0, tensor.shape.length - this.eventShape.length);
    return broadcastTo(density, broadcastShapes(batch, this.batchShape));
  }

  /** Returns the log density of a value, summed over the `count` rightmost batch axes. */
  override summedLogProb(value: TensorLike, count: number): Tensor {
    const tensor = asTensor(value), form = this.outerForm(tensor, count);
    if (!form) return super.summedLogProb(value, count);
    const { support } = this, known = this.fitting("score", tensor);
    if (this.validates) checkValue(this.name, known, support);
    const density = outerSum(known, support, form, (x) => this.formulas.products!(x, this));
    return broadcastTo(density, broadcastShapes(form.values, this.batchShape.slice(0, -count)));
  }

  /** Returns a value as `feasibleLike`, for `summedLogProb`. */
  override summedFeasibleLike(value: Tensor, count: number): Tensor {
    return this.outerForm(value, count) ? this.support.feasibleLike(value) : this.feasibleLike(value);
  }

  /** Tells the form of the sum of a value's density, where it is a matrix product. */
  private outerForm(value: Tensor, count: number): OuterForm | undefined {
    if (!this.formulas.products || this.eventShape.length > 0) return undefined;
    const shapes = Object.values(this.given).map(({ shape }) => shape);
    return outerForm(value.shape, broadcastShapes(...shapes), count);
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    const { mean } = this.formulas;
    return mean ? broadcastTo(mean(this), this.shape()) : super.mean;
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    const { variance } = this.formulas;
    return variance ? broadcastTo(variance(this), this.shape()) : super.variance;
  }

  /** The value of the greatest density, of the shape `batchShape + eventShape`. */
  override get mode(): Tensor {
    const { mode } = this.formulas;
    return mode ? broadcastTo(mode(this), this.shape()) : super.mode;
  }

  /** Returns the entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    const { entropy } = this.formulas;
    if (entropy) return broadcastTo(entropy(this), this.batchShape);
    return this.hasEnumerateSupport ? entropyOver(this, this.enumerateSupport(false)) : super.entropy();
  }

  /** Returns the distribution function at a value. */
  override cdf(value: TensorLike): Tensor {
    const { cdf } = this.formulas;
    if (!cdf || this.eventShape.length > 0) return super.cdf(value);
    const tensor = this.fitting("take the cdf of", value);
    const result = cdfOnSupport(tensor, this.support, (x) => cdf(x, this));
    return broadcastTo(result, broadcastShapes(tensor.shape, this.batchShape));
  }

  /** Returns the logarithm of the distribution function at a value. */
  override logCdf(value: TensorLike): Tensor {
    return this.logTail(value, this.formulas.logCdf, [-Infinity, 0]) ?? super.logCdf(value);
  }

  /** Returns the logarithm of the probability above a value. */
  override logSurvival(value: TensorLike): Tensor {
    return this.logTail(value, this.formulas.logSurvival, [0, -Infinity]) ?? super.logSurvival(value);
  }

  /** The value that the density is symmetric around; undefined where it is around none. */
  get centre(): Tensor | undefined {
    return this.formulas.centre?.(this);
  }

  /** Computes the logarithm of a tail's probability, which is known beyond the support. */
  private logTail(
    value: TensorLike,
    formula: ((value: Tensor, d: any) => Tensor) | undefined,
    beyond: readonly [below: number, above: number],
  ): Tensor | undefined {
    if (!formula || this.eventShape.length > 0) return undefined;
    const tensor = this.fitting("take the cdf of", value);
    const result = cdfOnSupport(tensor, this.support, (x) => formula(x, this), beyond);
    return broadcastTo(result, broadcastShapes(tensor.shape, this.batchShape));
  }

  /** Returns the quantile of a probability; `rest` is 1 less it, where that has more digits. */
  override icdf(probability: TensorLike, rest?: Tensor): Tensor {
    const { icdf } = this.formulas;
    if (!icdf || this.eventShape.length > 0) return super.icdf(probability);
    const tensor = this.fitting("take quantiles of", probability);
    if (this.validates) checkProbability(this.name, tensor);
    const result = quantile(tensor, (p, q) => icdf(p, this, q), rest);
    return broadcastTo(result, broadcastShapes(tensor.shape, this.batchShape));
  }

  /** Returns all values along a new leftmost axis. */
  override enumerateSupport(expand = true): Tensor {
    const { values } = this.formulas;
    if (!values) return super.enumerateSupport();
    const all = values(this), [count] = all.shape;
    const flat = all.reshape([count, ...this.batchShape.map(() => 1), ...this.eventShape]);
    return markInside(expand ? broadcastTo(flat, this.shape([count])) : flat, this.support);
  }

  /** Returns the same distribution with a larger batch shape. */
  override expand(batchShape: Shape): this {
    checkExpand(this.name, this.batchShape, batchShape);
    if (sameShape(batchShape, this.batchShape)) return this;
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this, { batchShape });
  }

  /**
   * Returns a copy with other tensors as its parameters, and the batch shape that goes with them,
   * or undefined for families that keep more tensors than their parameters.
   *
   * @param map gives the new tensor of each parameter, from the old one and its number of event
   * axes
   */
  withParameters(
    map: (tensor: Tensor, eventDim: number) => Tensor,
    batchShape: Shape,
  ): Distribution | undefined {
    const given: Record<string, Tensor> = {}, fields: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(this.given)) {
      given[name] = map(tensor, this.argConstraints[name].eventDim);
      if (Object.hasOwn(this, name)) fields[name] = given[name];
    }
    const isKept = ([name, value]: [string, unknown]) =>
      !(name in fields) && (value instanceof tf.Tensor || value instanceof Distribution);
    if (Object.entries(this).some(isKept)) return undefined;
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this, fields, { given, batchShape });
  }

  /** Returns a value as floats, whose shape must fit. */
  private fitting(act: string, value: TensorLike): Tensor {
    const tensor = asFloat(asTensor(value));
    checkValueShape(`${act} ${this.name}`, tensor.shape, this.batchShape, this.eventShape);
    return tensor;
  }
}
