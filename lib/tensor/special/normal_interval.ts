import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";
import { halfLogTwoPi } from "./asymptotic.ts";
import { log1mexp } from "./logarithms.ts";
import { inverseMills, logNormalCdf } from "./normal_cdf.ts";
import { gaussLegendre } from "./quadrature.ts";

/** Density / survival function. */
const hazard = (x: Tensor): Tensor => inverseMills(x.neg());

/** Returns the function that integrates the hazard rate over an interval from `low` on. */
export function hazardIntegral(low: Tensor, count: number): (length: Tensor) => Tensor {
  const { nodes, weights } = gaussLegendre(count);
  return (length) => {
    const at = (node: number) => hazard(low.add(length.mul(constant(node))));
    const mean = nodes.map((node, i) => at(node).mul(constant(weights[i]))).reduce((sum, h) => sum.add(h));
    return length.mul(mean);
  };
}

/**
 * Computes the standard normal's probability between `low` and `high`, which may be infinite,
 * however far out, wide or narrow the interval is: its logarithm is rest - pivot^2 / 2, apart so
 * that densities far out, which have the square too, keep their digits.
 *
 * @param width high - low (the default), as exactly as the caller knows it
 */
export function normalInterval(
  low: Tensor,
  high: Tensor,
  width: Tensor = high.sub(low),
): { pivot: Tensor; rest: Tensor } {
  const zero = constant(0), one = constant(1), isMirrored = low.add(high).less(zero);
  const from = tf.where(isMirrored, high.neg(), low), to = tf.where(isMirrored, low.neg(), high);
  const isNarrow = width.lessEqual(one), isAbove = from.greater(zero);
  const near = hazardIntegral(tf.where(isNarrow, from, zero), 8)(tf.where(isNarrow, width, one));
  const end = tf.where(isNarrow, from.add(one), to);
  const far = logNormalCdf(from.neg()).sub(logNormalCdf(end.neg()));
  const pivot = tf.where(isAbove, from, zero);
  const scaled = hazard(pivot).log().add(constant(halfLogTwoPi)).neg();
  const survival = tf.where(isAbove, scaled, logNormalCdf(tf.where(isAbove, zero, from).neg()));
  return { pivot, rest: survival.add(log1mexp(tf.where(isNarrow, near, far).neg())) };
}
