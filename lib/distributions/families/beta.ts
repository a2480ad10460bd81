import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { beta } from "../../tensor/random/mod.ts";
import { betaln, digammaDifference, xlog1py, xlogy } from "../../tensor/special/mod.ts";
import { positive, unitInterval } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const one = () => constant(1);

const formulas: Formulas<Beta> = {
  support: unitInterval,
  rsample: (key, shape, { concentration1: a, concentration0: b }) => beta(key, a, b, shape),
  logDensity: (x, { concentration1: a, concentration0: b }) =>
    xlogy(a.sub(one()), x).add(xlog1py(b.sub(one()), x.neg())).sub(betaln(a, b)),
  hidesNaN: true,
  mean: ({ concentration1: a, concentration0: b }) => a.div(a.add(b)),
  variance({ concentration1: a, concentration0: b }) {
    const total = a.add(b);
    return a.mul(b).div(total.square().mul(total.add(one())));
  },
  entropy({ concentration1: a, concentration0: b }) {
    const total = a.add(b);
    return betaln(a, b).sub(a.sub(one()).mul(digammaDifference(a, total)))
      .sub(b.sub(one()).mul(digammaDifference(b, total)));
  },
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
