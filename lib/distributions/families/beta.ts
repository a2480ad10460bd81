import { broadcastShapes, constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { beta } from "../../tensor/random/mod.ts";
import {
  betainc,
  betaincinv,
  betaln,
  dirichletEntropy,
  halfLogTwoPi,
  itakuraSaito,
  lgammaCorrection,
  log1p,
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
    const half = constant(0.5), total = a.add(b), mean = a.div(total);
    const isClose = (x: Tensor, y: Tensor) => x.sub(y).abs().lessEqual(y.mul(half));
    const isNear = isClose(x.mul(total), a).logicalAnd(isClose(one().sub(x).mul(total), b));
    const at = tf.where(isNear, x, mean), rest = one().sub(at);
    const excess = a.mul(itakuraSaito(at.mul(total), a)).add(b.mul(itakuraSaito(rest.mul(total), b)));
    const logs = at.log().add(rest.log()), logMean = log1p(b.div(a)).neg();
    const near = logMean.add(b.log()).mul(half).sub(excess).sub(logs).sub(constant(halfLogTwoPi))
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
