import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { integerInterval, real } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { endOfSupport } from "./util/end_of_support.ts";
import { oneValue } from "./util/one_value.ts";

const count = ({ low, high }: DiscreteUniform): Tensor => high.sub(low).add(constant(1));

const formulas: Omit<Formulas<DiscreteUniform>, "support"> = {
  sample: (k, shape, d) => k.draw("uniform", shape).mul(count(d)).floor().add(d.low).minimum(d.high).toInt(),
  logDensity: (_x, d) => count(d).log().neg(),
  hidesNaN: true,
  mean: ({ low, high }) => low.add(high).mul(constant(0.5)),
  mode: () => constant(NaN),
  variance: (d) => count(d).square().sub(constant(1)).mul(constant(1 / 12)),
  entropy: (d) => count(d).log(),
  cdf: (x, d) => x.floor().sub(d.low).add(constant(1)).div(count(d)),
  logSurvival: (x, d) => d.high.sub(x.floor()).div(count(d)).log(),
  icdf: (p, d) => p.mul(count(d)).ceil().sub(constant(1)).maximum(constant(0)).add(d.low),
  values(d) {
    const [low, high] = [d.low, d.high].map((end) => oneValue(d.name, "bounds", end));
    return tf.range(low, high + 1, 1, "int32");
  },
};

/** The uniform distribution on the integers from `low` to `high`, included. Draws are int32. */
export class DiscreteUniform extends ParametricDistribution {
  /** The least value. */
  declare readonly low: Tensor;
  /** The greatest value. */
  declare readonly high: Tensor;

  /** `low` and `high` are integers that broadcast to the batch shape; they default to 0 and 1. */
  constructor(low: TensorLike = 0, high: TensorLike = 1, options?: DistributionOptions) {
    const support = (d: DiscreteUniform) =>
      integerInterval(endOfSupport(low, d.low), endOfSupport(high, d.high));
    super({ ...formulas, support }, { low: [low, real], high: [high, real] }, options);
  }
}
