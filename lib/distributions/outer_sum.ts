import { constant, sameShape, type Shape, sizeOf, type Tensor, tf } from "../tensor/mod.ts";
import { broadcastTo } from "./shapes.ts";
import type { Constraint } from "./constraints/mod.ts";
import { anyRightmost, isKnownInside, replaced } from "./support.ts";

/** The shape of a sum over an event of products of all values with all parameters. */
export interface OuterForm {
  /** The batch axes of the parameters, left of those of the values. */
  readonly parameters: Shape;
  /** The batch axes of the values. */
  readonly values: Shape;
  /** The event axes. */
  readonly event: Shape;
}

/**
 * Tells the form of a sum that many values and many parameters meet in, no batch axis shared, as
 * data and the states of an enumerated site do; undefined where element by element is as well.
 */
export function outerForm(value: Shape, parameters: Shape, count: number): OuterForm | undefined {
  const event = value.slice(value.length - count), own = parameters.slice(parameters.length - count);
  if (count === 0 || !sameShape(event, own)) return undefined;
  const values = value.slice(0, -count), rows = parameters.slice(0, -count);
  const first = rows.length - values.length;
  const left = first < 0 ? [] : rows.slice(0, first), shared = first < 0 ? [] : rows.slice(first);
  if (first < 0 || shared.some((size) => size !== 1)) return undefined;
  return sizeOf(left) > 1 && sizeOf(values) > 1 && sizeOf(event) > 1
    ? { parameters: left, values, event }
    : undefined;
}

/** A logarithm that no sum with others brings back; -Infinity counts as it within the products. */
const NEVER = -1e30;

/** Returns the logarithm of a probability; where it is -Infinity, `NEVER` with derivative 0. */
export function logOrNever(p: Tensor, log: (p: Tensor) => Tensor = (p) => p.log()): Tensor {
  const found = log(p), isNever = found.equal(constant(-Infinity));
  return tf.where(isNever, constant(NEVER), log(tf.where(isNever, constant(0.5), p)));
}

/** Computes the sum by matrix products; -Infinity where a value lies outside the support. */
export function outerSum(
  value: Tensor,
  support: Constraint,
  { parameters, values, event }: OuterForm,
  products: (value: Tensor) => readonly (readonly [Tensor, Tensor])[],
): Tensor {
  const outside = isKnownInside(value, support) ? undefined : support.outside(value);
  const known = outside ? replaced(value, outside, support, support.eventDim) : value;
  const [m, n, k] = [parameters, values, event].map(sizeOf);
  const pairs = products(known).map(([ofValue, ofParameters]) => [
    ofValue.reshape([n, k]),
    tf.maximum(broadcastTo(ofParameters, [...parameters, ...values.map(() => 1), ...event]), constant(NEVER))
      .reshape([m, k]),
  ]);
  const sums = pairs.map(([x, w]) => tf.matMul(w as never, x as never, false, true) as Tensor);
  const total = sums.reduce((a, b) => a.add(b)).reshape([...parameters, ...values]);
  const density = tf.where(total.less(constant(NEVER / 2)), constant(-Infinity), total);
  if (!outside) return density;
  return tf.where(anyRightmost(outside, event.length), constant(-Infinity), density);
}
