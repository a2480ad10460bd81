import { constant, type Shape } from "../../tensor/mod.ts";
import { checkShape, checkSupport } from "../checks.ts";
import { type Constraint, independent } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { bijectTo } from "../transforms/mod.ts";

const formulas: Omit<Formulas<ImproperUniform>, "support"> = {
  sample(key, shape, { support }) {
    const transform = bijectTo(support), free = transform.inverseShape(shape);
    return transform.forward(key.draw("uniform", free).mul(constant(4)).sub(constant(2)));
  },
  logDensity: () => constant(0),
  hidesNaN: true,
};

/**
 * The density 1 on a whole set of values, which has no integral: a prior that says nothing but the
 * support. Draws are those of `initToUniform`. NumPyro: `ImproperUniform`.
 */
export class ImproperUniform extends ParametricDistribution {
  /**
   * Takes the set of values, and the shapes of the batch and of one value (default: of a number).
   * @throws Error where the set has more axes than a value.
   */
  constructor(
    support: Constraint,
    batchShape: Shape = [],
    eventShape: Shape = [],
    options?: DistributionOptions,
  ) {
    checkSupport("ImproperUniform", support, eventShape);
    checkShape("make ImproperUniform", batchShape, "a batch shape, such as [4]");
    const set = independent(support, eventShape.length - support.eventDim);
    super({ ...formulas, support: set, batchShape, eventShape: () => eventShape }, {}, options);
  }
}
