import { constant, constantValues, primitive, type Tensor, tf } from "../../../tensor/mod.ts";
import {
  itakuraSaito,
  meanNormaliser,
  multivariateBetaln,
  sumToShape,
  xlogy,
} from "../../../tensor/special/mod.ts";

/** Computes slope (sum of x - 1), which is 0 in the simplex, for its derivative across that. */
const tilted = primitive({
  name: "tiltedSimplex",
  forward: (x, slope) => x.sum(-1).mul(constant(0)).add(slope.mul(constant(0))),
  vjp: (cotangent, _output, x, slope) => [
    sumToShape(
      tf.broadcastTo(cotangent.mul(slope).expandDims(-1), [...cotangent.shape, x.shape.at(-1)!]),
      x.shape,
    ),
    undefined,
  ],
});

/** Known concentrations up to here lose few digits in the textbook's form, which is faster. */
const SMALL = 30;

/** Returns the log density of Dirichlet vectors with the concentrations a, along the last axis. */
export function dirichletLogDensity(x: Tensor, a: Tensor): Tensor {
  const known = constantValues(a);
  if (known && Array.prototype.every.call(known, (v: number) => v <= SMALL)) {
    return xlogy(a.sub(constant(1)), x).sum(-1).sub(multivariateBetaln(a));
  }
  const total = a.sum(-1, true), mean = a.div(total);
  // Within the simplex by divergences from the mean: other terms of large concentrations cancel.
  const isInner = x.min(-1, true).greater(constant(0)), at = tf.where(isInner, x, mean);
  const inner = a.mul(itakuraSaito(at.mul(total), a)).add(at.log()).neg();
  const edge = xlogy(a.sub(constant(1)), x).sub(a.mul(mean.log()));
  const slope = tf.where(isInner, total, constant(0)).squeeze([-1]);
  return tf.where(isInner, inner, edge).sum(-1).add(tilted(x, slope)).sub(meanNormaliser(a));
}
