import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { greaterThan, interval, real } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { endOfSupport } from "./util/end_of_support.ts";

const formulas: Omit<Formulas<Uniform>, "support"> = {
  rsample: (key, shape, { low, high }) => key.draw("uniform", shape).mul(high.sub(low)).add(low),
  logDensity: (_x, { low, high }) => high.sub(low).log().neg(),
  hidesNaN: true,
  mean: ({ low, high }) => low.add(high).mul(constant(0.5)),
  mode: () => constant(NaN),
  variance: ({ low, high }) => high.sub(low).square().mul(constant(1 / 12)),
  entropy: ({ low, high }) => high.sub(low).log(),
  cdf: (x, { low, high }) => x.sub(low).div(high.sub(low)),
  logSurvival: (x, { low, high }) => high.sub(x).div(high.sub(low)).log(),
  icdf: (p, { low, high }) => p.mul(high.sub(low)).add(low),
};

/** The uniform distribution on an interval. Parameters: `low` and `high`, its ends. */
export class Uniform extends ParametricDistribution {
  /** The lower end. */
  declare readonly low: Tensor;
  /** The upper end. */
  declare readonly high: Tensor;

  /** `low` and `high` broadcast to the batch shape; they default to 0 and 1. */
  constructor(low: TensorLike = 0, high: TensorLike = 1, options?: DistributionOptions) {
    const support = (d: Uniform) => interval(endOfSupport(low, d.low), endOfSupport(high, d.high));
    super({ ...formulas, support }, { low: [low, real], high: [high, greaterThan(low)] }, options);
  }
}
