import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { logRatio } from "../../tensor/special/mod.ts";
import { greaterThan, interval, positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { endOfSupport } from "./util/end_of_support.ts";

/** The width of the interval of logarithms. */
const width = ({ low, high }: LogUniform): Tensor => logRatio(high, low);
const half = () => constant(0.5);
const mean = (d: LogUniform): Tensor => d.high.sub(d.low).div(width(d));

const formulas: Omit<Formulas<LogUniform>, "support"> = {
  rsample: (key, shape, d) => key.draw("uniform", shape).mul(width(d)).exp().mul(d.low),
  logDensity: (x, d) => width(d).log().neg().sub(x.log()),
  mean,
  mode: ({ low }) => low,
  variance: (d) => mean(d).mul(d.high.add(d.low).mul(half()).sub(mean(d))),
  entropy: (d) => width(d).log().add(d.low.log().add(d.high.log()).mul(half())),
  cdf: (x, d) => logRatio(x, d.low).div(width(d)),
  logSurvival: (x, d) => logRatio(d.high, x).div(width(d)).log(),
  icdf: (p, d) => p.mul(width(d)).exp().mul(d.low),
};

/**
 * The log-uniform or reciprocal distribution: of exp(x) for uniform x. Parameters: `low` and
 * `high`, the ends of the interval. NumPyro: `LogUniform`.
 */
export class LogUniform extends ParametricDistribution {
  /** The lower end. */
  declare readonly low: Tensor;
  /** The upper end. */
  declare readonly high: Tensor;

  /** `low` and `high` broadcast to the batch shape. */
  constructor(low: TensorLike, high: TensorLike, options?: DistributionOptions) {
    const support = (d: LogUniform) => interval(endOfSupport(low, d.low), endOfSupport(high, d.high));
    super({ ...formulas, support }, { low: [low, positive], high: [high, greaterThan(low)] }, options);
  }
}
