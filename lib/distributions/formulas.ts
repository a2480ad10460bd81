import { constant, type Key, type Shape, type Tensor, tf } from "../tensor/mod.ts";
import type { Constraint } from "./constraints/constraint.ts";

/**
 * A family as data: its formulas as functions of the distribution `d`, which has the parameters as
 * fields. Results broadcast; the methods that users call add the checks and the full shapes.
 */
export interface Formulas<D> {
  /** The values that have positive density. */
  readonly support: Constraint | ((d: D) => Constraint);
  /** The shape of one draw; by default a number. */
  readonly eventShape?: (d: D) => Shape;
  /** Draws of a shape, event axes included, that are differentiable in the parameters. */
  readonly rsample?: (key: Key, shape: Shape, d: D) => Tensor;
  /** Draws that are not: for families without `rsample`. */
  readonly sample?: (key: Key, shape: Shape, d: D) => Tensor;
  /** The log density of floats, event axes summed out. */
  readonly logDensity: (value: Tensor, d: D) => Tensor;
  /** The mean. */
  readonly mean?: (d: D) => Tensor;
  /** The variance. */
  readonly variance?: (d: D) => Tensor;
  /** The entropy in nats. */
  readonly entropy?: (d: D) => Tensor;
  /** The distribution function of any floats, also outside the support. */
  readonly cdf?: (value: Tensor, d: D) => Tensor;
  /** The quantile function. */
  readonly icdf?: (probability: Tensor, d: D) => Tensor;
  /** All values of a finite support, `[count, ...eventShape]`. */
  readonly values?: (d: D) => Tensor;
}

/** Returns a log density where the condition holds, -Infinity elsewhere. */
export function zeroUnless(condition: Tensor, density: Tensor): Tensor {
  return tf.where(condition, density, constant(-Infinity));
}
