import { activeTracer, constant, constantValues, sizeOf, type Tensor, tf } from "../tensor/mod.ts";
import { Bounded, type Constraint, IndependentConstraint, realVector } from "./constraints/mod.ts";

const homes = new WeakMap<Tensor, Constraint>();

/** Notes that a value lies in a set by the way it was made: drawn, or transformed; returns it. */
export function markInside(value: Tensor, set: Constraint): Tensor {
  if (!homes.get(value)?.isWithin(set)) homes.set(value, set);
  return value;
}

/**
 * Tells whether a value needs no check in the graph: it was made within the set, or it is a
 * constant of a trace, all of it within.
 */
export function isKnownInside(value: Tensor, set: Constraint): boolean {
  return homes.get(value)?.isWithin(set) === true || constantsIn(value, set) !== undefined;
}

/** Returns the values of a constant of a trace, if all lie in a set whose bounds are known. */
function constantsIn(value: Tensor, set: Constraint): ArrayLike<number> | undefined {
  const values = activeTracer() && set.isFixed ? constantValues(value) : undefined;
  const isWhole = values?.length === sizeOf(value.shape);
  return isWhole && set.check(values, value.shape) ? values : undefined;
}

/**
 * Tells whether a value is known to have a density with finite derivatives: it was made within the
 * support, or is a constant of finite numbers within, none of them at its edge.
 */
export function isRegular(value: Tensor, support: Constraint): boolean {
  if (homes.get(value)?.isWithin(support)) return true;
  const { interior } = support, values = constantsIn(value, interior);
  return values !== undefined && Array.prototype.every.call(values, Number.isFinite);
}

/** Tells whether a set is that of all numbers, or of all vectors of them and so on. */
export function isEverything(set: Constraint): boolean {
  if (set instanceof IndependentConstraint) return isEverything(set.base);
  const isUnbounded = set instanceof Bounded && set.lowerBound === undefined && set.upperBound === undefined;
  return set === realVector || (isUnbounded && !set.isDiscrete);
}

/** A source of values that may stand in for another. */
interface Feasible {
  feasibleLike(value: Tensor): Tensor;
}

/** The rules of a density for a value. */
export interface SupportRules {
  /** The values that have positive density. */
  readonly support: Constraint;
  /** The source of values that stand in for those outside. */
  readonly stand: Feasible;
  /** True where the formula of a NaN is no NaN by itself; default: false. */
  readonly hidesNaN?: boolean;
}

/**
 * Computes a log density, -Infinity outside the support and NaN at NaN. The formula never meets a
 * value from outside, so that no derivative does either.
 */
export function onSupport(value: Tensor, rules: SupportRules, formula: (value: Tensor) => Tensor): Tensor {
  const { support, stand, hidesNaN = false } = rules, { eventDim } = support;
  if (isKnownInside(value, support)) return formula(value);
  const outside = support.outside(value);
  const density = formula(outside ? replaced(value, outside, stand, eventDim) : value);
  const known = hidesNaN ? nanAtNaN(value, density, eventDim) : density;
  return outside ? tf.where(outside, constant(-Infinity), known) : known;
}

/** Puts another value in place where a condition, without the event axes, holds. */
export function replaced(value: Tensor, condition: Tensor, stand: Feasible, eventDim: number): Tensor {
  return tf.where(expandLast(condition, eventDim), stand.feasibleLike(value), value);
}

/** Appends axes of length 1. */
function expandLast(tensor: Tensor, count: number): Tensor {
  return count === 0 ? tensor : tensor.reshape([...tensor.shape, ...Array<number>(count).fill(1)]);
}

/** Tells of each block of `count` rightmost axes whether a condition holds anywhere in it. */
export function anyRightmost(condition: Tensor, count: number): Tensor {
  if (count === 0) return condition;
  return condition.any(Array.from({ length: count }, (_, i) => condition.rank - count + i));
}

/** Makes a result NaN where the value, of which `eventDim` axes belong together, has a NaN. */
function nanAtNaN(value: Tensor, result: Tensor, eventDim: number): Tensor {
  const axes = Array.from({ length: eventDim }, (_, i) => i - eventDim);
  const isNaN = (eventDim === 0 ? value : value.sum(axes)).isNaN();
  return tf.where(isNaN, constant(NaN), result);
}

/** Computes a function of both sides of a value: 0 below the support, 1 above it; NaN at NaN. */
export function cdfOnSupport(
  value: Tensor,
  support: Constraint,
  formula: (value: Tensor) => Tensor,
  [atBelow, atAbove]: readonly [below: number, above: number] = [0, 1],
): Tensor {
  const set = support instanceof Bounded ? support : undefined;
  const below = set?.below(value) ?? value.equal(constant(-Infinity));
  const above = set?.above(value) ?? value.equal(constant(Infinity));
  const inner = formula(replaced(value, below.logicalOr(above), support, 0));
  const known = tf.where(below, constant(atBelow), tf.where(above, constant(atAbove), inner));
  return nanAtNaN(value, known, 0);
}

/** Computes a quantile function, NaN (of int32: -1) outside [0, 1] and at NaN. */
export function quantile(
  probability: Tensor,
  formula: (probability: Tensor, rest: Tensor) => Tensor,
  rest: Tensor = constant(1).sub(probability),
): Tensor {
  const isOne = probability.greaterEqual(constant(0)).logicalAnd(probability.lessEqual(constant(1)));
  const [p, q] = [probability, rest].map((x) => tf.where(isOne, x, constant(0.5))), found = formula(p, q);
  const none = found.dtype === "int32" ? constant(-1).cast("int32") : constant(NaN);
  return tf.where(isOne, found, none);
}
