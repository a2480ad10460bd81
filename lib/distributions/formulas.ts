import type { Key, Shape, Tensor } from "../tensor/mod.ts";
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
  /** Batch axes beside those of the parameters: those of what the distribution is made from. */
  readonly batchShape?: Shape;
  /** Draws of a shape, event axes included, that are differentiable in the parameters. */
  readonly rsample?: (key: Key, shape: Shape, d: D) => Tensor;
  /** Draws that are not: for families without `rsample`. */
  readonly sample?: (key: Key, shape: Shape, d: D) => Tensor;
  /** Draws of a family of counts that are not 0, of a shape. */
  readonly samplePositive?: (key: Key, shape: Shape, d: D) => Tensor;
  /**
   * The log density of floats, event axes summed out. It meets values of the support and NaN alone,
   * and gives NaN there, unless `hidesNaN`.
   */
  readonly logDensity: (value: Tensor, d: D) => Tensor;
  /**
   * The log density as a sum of products: of a function of the value and one of the parameters,
   * which may be -Infinity, each. Where many values meet many parameters, it is a matrix product.
   */
  readonly products?: (value: Tensor, d: D) => readonly (readonly [Tensor, Tensor])[];
  /** The mean. */
  readonly mean?: (d: D) => Tensor;
  /** The variance. */
  readonly variance?: (d: D) => Tensor;
  /** The value of the greatest density, where there is one. */
  readonly mode?: (d: D) => Tensor;
  /** The entropy in nats. */
  readonly entropy?: (d: D) => Tensor;
  /** True where the density falls no faster than an exponential on either side. */
  readonly hasHeavyTails?: boolean;
  /**
   * A value of positive density, for families of which some values of the support may have none. It
   * stands in where a value is masked or outside.
   */
  readonly possible?: (d: D) => Tensor;
  /** True where `logDensity` of a NaN is no NaN; the base class then makes it one. */
  readonly hidesNaN?: boolean;
  /** The distribution function of floats between the support's bounds. */
  readonly cdf?: (value: Tensor, d: D) => Tensor;
  /** The logarithm of `cdf`, where it has more digits. */
  readonly logCdf?: (value: Tensor, d: D) => Tensor;
  /** The logarithm of 1 - `cdf`, where it has more digits. */
  readonly logSurvival?: (value: Tensor, d: D) => Tensor;
  /** The value that the density is symmetric around. */
  readonly centre?: (d: D) => Tensor;
  /** The quantile function of probabilities, and of 1 - them, which may have more digits. */
  readonly icdf?: (probability: Tensor, d: D, rest: Tensor) => Tensor;
  /** All values of a finite support, `[count, ...eventShape]`. */
  readonly values?: (d: D) => Tensor;
}
