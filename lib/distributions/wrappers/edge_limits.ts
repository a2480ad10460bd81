import { asTensor, constant, type Tensor, tf } from "../../tensor/mod.ts";
import { Bounded } from "../constraints/mod.ts";
import { ParametricDistribution } from "../parametric.ts";
import type { Distribution } from "../distribution.ts";
import { imageOfChain } from "../transforms/compose.ts";
import type { Transform } from "../transforms/transform.ts";

/** Points that stand for infinity: one whose terms tell their orders, one that keeps digits. */
const VERY_FAR = 1e15, FAR = 1e3;

/**
 * Puts the limits of a density in place at the edge that transforms of all numbers reach only in
 * the limit: -Infinity, unless the tails of the base fall no faster than the slope, as those of
 * `Cauchy` before a sigmoid (Infinity), or of `Laplace` with scale 1 (a number).
 *
 * @param direction the sign of the transforms
 */
export function withEdgeLimits(
  value: Tensor,
  density: Tensor,
  base: Distribution,
  transforms: readonly Transform[],
  direction: 1 | Tensor,
): Tensor {
  const codomain = imageOfChain(transforms.slice(1), transforms[0].codomain);
  if (!(base instanceof ParametricDistribution && base.hasHeavyTails && codomain instanceof Bounded)) {
    return density;
  }
  const at = (x: Tensor): Tensor => {
    let volume: Tensor | undefined, from = x;
    for (const transform of transforms) {
      const to = transform.forward(from), term = transform.logAbsDetJacobian(from, to);
      volume = volume ? volume.add(term) : term;
      from = to;
    }
    return base.logProb(x).sub(volume!);
  };
  const limit = (end: 1 | -1) => {
    const side = constant(end).mul(direction === 1 ? constant(1) : direction);
    const order = at(side.mul(constant(VERY_FAR))), slope = order.div(constant(VERY_FAR));
    const isBalanced = slope.abs().less(constant(1e-5));
    const balanced = at(side.mul(constant(FAR)));
    return tf.where(
      isBalanced,
      balanced,
      tf.where(slope.less(constant(0)), constant(-Infinity), constant(Infinity)),
    );
  };
  const { lowerBound: low, upperBound: high } = codomain;
  const atLow = low === undefined ? density : tf.where(value.equal(asTensor(low)), limit(-1), density);
  return high === undefined ? atLow : tf.where(value.equal(asTensor(high)), limit(1), atLow);
}
