import { type Key, type Shape, type Tensor, tf } from "../../tensor/mod.ts";

/** The ends of an interval; without one, it has none on that side. */
export interface Ends {
  /** The lower end. */
  readonly low?: Tensor;
  /** The upper end. */
  readonly high?: Tensor;
}

/** The part of a distribution of numbers that lies in an interval. */
export interface Part {
  /** The logarithm of its probability. */
  readonly logMass: Tensor;
  /** Returns the log density of a value in the interval. */
  logDensity(value: Tensor): Tensor;
  /** Draws of a shape, differentiable where quantiles are. */
  draw(key: Key, shape: Shape): Tensor;
  /** Returns the quantile of a probability within the part; `rest` is 1 less it. */
  quantile(p: Tensor, rest: Tensor): Tensor;
  /** Returns the share of the part below a value in the interval. */
  share(value: Tensor): Tensor;
}

/** Moves values that rounding took out of an interval to its end. */
export function withinEnds(x: Tensor, { low, high }: Ends): Tensor {
  const raised = low ? tf.maximum(x, low) : x;
  return high ? tf.minimum(raised, high) : raised;
}
