import { broadcastShapes, constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { beta } from "../../tensor/random/mod.ts";
import {
  betainc,
  betaincinv,
  betaln,
  dirichletEntropy,
  halfLogTwoPi,
  lgammaCorrection,
  log1p,
  log1pmxWithin,
  logBetainc,
  logBetaincc,
  xlog1py,
  xlogy,
} from "../../tensor/special/mod.ts";
import { positive, unitInterval } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { broadcastTo } from "../shapes.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const one = () => constant(1);

const formulas: Formulas<Beta> = {
  support: unitInterval,
  rsample: (key, shape, { concentration1: a, concentration0: b }) => beta(key, a, b, shape),
  // Near the mean, where the terms of large parameters cancel, by divergences from it.
  logDensity(x, { concentration1: a, concentration0: b }) {
    const half = constant(0.5), total = a.add(b);
    const relative = (x: Tensor, c: Tensor) => x.mul(total).sub(c).div(c);
    const isClose = (x: Tensor, c: Tensor) => relative(x, c).abs().lessEqual(half);
    const isNear = isClose(x, a).logicalAnd(isClose(one().sub(x), b));
    const at = tf.where(isNear, x, a.div(total)), r = relative(at, a), s = relative(one().sub(at), b);
    // (a - 1) log(x total / a), of a logarithm log(1 + r) whose series begins with r: a r + b s =
    // 0.
    const excess = a.sub(one()).mul(log1pmxWithin(r)).sub(r).add(b.sub(one()).mul(log1pmxWithin(s))).sub(s);
    const logs = log1p(b.div(a)).add(b.log()).mul(half).add(log1p(a.div(b)));
    const near = excess.add(logs).sub(constant(halfLogTwoPi))
      .sub(lgammaCorrection(a)).sub(lgammaCorrection(b)).add(lgammaCorrection(total));
    const far = xlogy(a.sub(one()), x).add(xlog1py(b.sub(one()), x.neg())).sub(betaln(a, b));
    return tf.where(isNear, near, far);
  },
  hidesNaN: true,
  mean: ({ concentration1: a, concentration0: b }) => a.div(a.add(b)),
  mode({ concentration1, concentration0 }) {
    const [a, b] = [concentration1, concentration0].map((c) => tf.maximum(c.sub(one()), constant(0)));
    return a.div(a.add(b));
  },
  variance({ concentration1: a, concentration0: b }) {
    const total = a.add(b);
    return a.mul(b).div(total.square().mul(total.add(one())));
  },
  entropy: ({ concentration1, concentration0 }) => {
    const shape = broadcastShapes(concentration1.shape, concentration0.shape);
    const both = [concentration1, concentration0].map((c) => broadcastTo(c, shape));
    return dirichletEntropy(tf.stack(both, -1) as Tensor);
  },
  cdf: (x, { concentration1: a, concentration0: b }) => betainc(a, b, x),
  logCdf: (x, { concentration1: a, concentration0: b }) => logBetainc(a, b, x),
  logSurvival: (x, { concentration1: a, concentration0: b }) => logBetaincc(a, b, x),
  icdf: (p, { concentration1: a, concentration0: b }) => betaincinv(a, b, p),
};

/** The beta distribution. Parameters: `concentration1` (alpha) and `concentration0` (beta). */
export class Beta extends ParametricDistribution {
  /** Alpha, which pulls to 1. */
  declare readonly concentration1: Tensor;
  /** Beta, which pulls to 0. */
  declare readonly concentration0: Tensor;

  /** The two concentrations broadcast to the batch shape. */
  constructor(concentration1: TensorLike, concentration0: TensorLike, options?: DistributionOptions) {
    const a = [concentration1, positive] as const, b = [concentration0, positive] as const;
    super(formulas, { concentration1: a, concentration0: b }, options);
  }
}
