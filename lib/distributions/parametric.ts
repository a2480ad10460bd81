import {
  asTensor,
  broadcastShapes,
  constant,
  formatShape,
  type Key,
  sameShape,
  type Shape,
  type Tensor,
  type TensorLike,
  tf,
  tryBroadcastShapes,
} from "../tensor/mod.ts";
import { checkExpand, checkParameter, checkValue, checkValueShape } from "./checks.ts";
import type { Constraint } from "./constraints/constraint.ts";
import { Distribution } from "./distribution.ts";
import { asFloat, broadcastTo } from "./shapes.ts";
import { isValidationEnabled } from "./validation.ts";
import "./wrappers/independent.ts";
import "./wrappers/expanded.ts";
import "./wrappers/masked.ts";

/** Options that every family takes as its last argument. */
export interface DistributionOptions {
  /** Whether parameters and values are checked where they are known; default: as `setValidation` says. */
  readonly validate?: boolean;
}

/** A parameter as a family hands it to its base class: the value and the constraint on it. */
export type ParameterSpec = readonly [value: TensorLike, constraint: Constraint];

/**
 * The base of families with named parameters. A family gives its parameters with their constraints,
 * and defines `support`, `logDensity`, and `rsample` or `sample`; shapes, validation and `expand`
 * are done here.
 *
 * Parameters are never copied to the full batch shape: operations broadcast them, so that expanding
 * is free.
 */
export abstract class ParametricDistribution extends Distribution {
  /** The shape of the batch of distributions. */
  override readonly batchShape: Shape;
  /** The shape of one draw. */
  override readonly eventShape: Shape;
  /** The constraint of each parameter, by its name. */
  readonly argConstraints: Record<string, Constraint>;
  private readonly given: Record<string, Tensor>;
  private readonly validate: boolean | undefined;

  /**
   * Checks the parameters and works out the batch shape.
   * @param parameters each parameter by its name; the axes left of its constraint's event axes
   * broadcast to the batch shape
   * @param eventShape the shape of one draw
   * @throws Error where parameters do not broadcast, or known values break their constraint.
   */
  constructor(
    parameters: Record<string, ParameterSpec>,
    eventShape: Shape = [],
    options: DistributionOptions = {},
  ) {
    super();
    this.given = {};
    this.argConstraints = {};
    this.validate = options.validate;
    const shapes: Shape[] = [];
    for (const [name, [value, constraint]] of Object.entries(parameters)) {
      const tensor = asFloat(asTensor(value));
      const rank = tensor.shape.length - constraint.eventDim;
      if (rank < 0) {
        throw new Error(
          `Cannot make ${this.name}: ${name} has shape ${formatShape(tensor.shape)}, expected at least ` +
            `${constraint.eventDim} ${constraint.eventDim === 1 ? "axis" : "axes"}`,
        );
      }
      shapes.push(tensor.shape.slice(0, rank));
      this.given[name] = tensor;
      this.argConstraints[name] = constraint;
      if (this.validates) checkParameter(this.name, name, tensor, constraint);
    }
    const batchShape = tryBroadcastShapes(...shapes);
    if (!batchShape) {
      const named = Object.entries(this.given).map(([name, t]) => `${name} ${formatShape(t.shape)}`);
      throw new Error(`Cannot make ${this.name}: the shapes of ${named.join(" and ")} do not broadcast`);
    }
    this.batchShape = batchShape;
    this.eventShape = eventShape;
  }

  /** The log density of float values whose shape fits; its shape broadcasts with the batch shape. */
  protected abstract logDensity(value: Tensor): Tensor;

  /** Whether parameters and values are checked. */
  protected get validates(): boolean {
    return this.validate ?? isValidationEnabled();
  }

  /** The parameters by the field's names. */
  override get parameters(): Record<string, Tensor> {
    return { ...this.given };
  }

  /** Draws values of the shape `sampleShape + batchShape + eventShape`. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    return this.rsample(key, sampleShape);
  }

  /** The log density of a value, event axes summed out. */
  override logProb(value: TensorLike): Tensor {
    const tensor = asFloat(asTensor(value));
    checkValueShape(this.name, tensor.shape, this.batchShape, this.eventShape);
    if (this.validates) checkValue(this.name, tensor, this.support);
    const density = this.logDensity(tensor);
    const batch = tensor.shape.slice(0, tensor.shape.length - this.eventShape.length);
    return broadcastTo(density, broadcastShapes(batch, this.batchShape));
  }

  /** The same distribution with a larger batch shape. */
  override expand(batchShape: Shape): this {
    checkExpand(this.name, this.batchShape, batchShape);
    if (sameShape(batchShape, this.batchShape)) return this;
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this, { batchShape });
  }

  /**
   * A copy with other tensors as its parameters, and the batch shape that goes with them. Undefined
   * for families that keep more tensors than their parameters, which a copy would leave as they
   * are.
   *
   * @param map gives the new tensor of each parameter, from the old one and its number of event
   * axes
   */
  withParameters(
    map: (tensor: Tensor, eventDim: number) => Tensor,
    batchShape: Shape,
  ): Distribution | undefined {
    const replaced = new Map<unknown, Tensor>();
    for (const [name, tensor] of Object.entries(this.given)) {
      replaced.set(tensor, map(tensor, this.argConstraints[name].eventDim));
    }
    const fields = Object.entries(this).filter(([, value]) =>
      value instanceof tf.Tensor || value instanceof Distribution
    );
    if (!fields.every(([, value]) => replaced.has(value))) return undefined;
    const given = Object.fromEntries(Object.entries(this.given).map(([name, t]) => [name, replaced.get(t)]));
    const own = Object.fromEntries(fields.map(([name, value]) => [name, replaced.get(value)]));
    // What a family remembers of its own draws is not true of another.
    const caches = Object.entries(this).filter(([, value]) => value instanceof WeakMap);
    const fresh = Object.fromEntries(caches.map(([name]) => [name, new WeakMap()]));
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this, own, fresh, { given, batchShape });
  }

  /** A log density where the condition holds, -Infinity elsewhere. */
  protected zeroUnless(condition: Tensor, density: Tensor): Tensor {
    return tf.where(condition, density, constant(-Infinity));
  }

  /** A statistic broadcast to `batchShape + eventShape`. */
  protected full(statistic: Tensor): Tensor {
    return broadcastTo(statistic, [...this.batchShape, ...this.eventShape]);
  }

  /** A statistic broadcast to `batchShape`. */
  protected perMember(statistic: Tensor): Tensor {
    return broadcastTo(statistic, this.batchShape);
  }
}
