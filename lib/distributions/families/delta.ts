import { type OptionNames, shown } from "../../system/mod.ts";
import { constant, type Key, type Shape, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { given } from "../checks.ts";
import { independent, real } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { broadcastTo, sumRightmost } from "../shapes.ts";

/** Options of `Delta`. */
export interface DeltaOptions extends DistributionOptions {
  /** The log density at the value, of the batch shape; default: 0. */
  readonly logDensity?: TensorLike;
  /** The number of rightmost axes of the value that are event axes; default: 0. */
  readonly eventDim?: number;
}

const optionNames: OptionNames<DeltaOptions> = { validate: true, logDensity: true, eventDim: true };

const formulas: Omit<Formulas<Delta>, "support"> = {
  rsample: (_key: Key, shape: Shape, { value }) => broadcastTo(value, shape),
  logDensity(x, { value, logDensity, eventShape }) {
    const differences = sumRightmost(x.notEqual(value).cast("float32"), eventShape.length);
    return tf.where(differences.equal(constant(0)), logDensity, constant(-Infinity));
  },
  hidesNaN: true,
  mean: ({ value }) => value,
  mode: ({ value }) => value,
  variance: () => constant(0),
  cdf: (x, { value }) => x.greaterEqual(value).cast("float32"),
  icdf: (_probability, { value }) => value,
};

/** The distribution that has all its mass at one value. Parameters: `value` and `logDensity`. */
export class Delta extends ParametricDistribution {
  /** The value. */
  declare readonly value: Tensor;
  /** The log density at the value. */
  declare readonly logDensity: Tensor;

  /**
   * Makes the distribution at a value.
   * @throws Error where the value has fewer axes than `eventDim`.
   */
  constructor(value: TensorLike, options?: DeltaOptions) {
    const { logDensity = 0, eventDim = 0 } = options ?? {}, tensor = given("Delta", "value", value);
    if (!Number.isInteger(eventDim) || eventDim < 0 || eventDim > tensor.rank) {
      throw new Error(
        `Cannot make Delta: eventDim is ${
          shown(eventDim)
        }, expected an integer from 0 to ${tensor.rank}, the axes of the value`,
      );
    }
    const support = independent(real, eventDim);
    const family = { ...formulas, support, eventShape: () => tensor.shape.slice(tensor.rank - eventDim) };
    super(family, { value: [tensor, support], logDensity: [logDensity, real] }, options, optionNames);
  }
}
