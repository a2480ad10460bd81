import { type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { real, realVector } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const formulas: Formulas<Unit> = {
  support: realVector,
  eventShape: () => [0],
  rsample: (_key, shape) => tf.zeros(shape),
  logDensity: (_value, { logFactor }) => logFactor,
};

/**
 * The distribution of nothing: its draws are empty and its log density is `logFactor`, as Pyro's
 * `Unit`. It is what `factor` scores. Parameter: `logFactor`, of the batch shape.
 */
export class Unit extends ParametricDistribution {
  /** The log density. */
  declare readonly logFactor: Tensor;

  /** `logFactor` has the batch shape. */
  constructor(logFactor: TensorLike, options?: DistributionOptions) {
    super(formulas, { logFactor: [logFactor, real] }, options);
  }
}
