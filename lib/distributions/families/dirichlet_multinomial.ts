import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { dirichlet, multinomial as draw } from "../../tensor/random/mod.ts";
import { independent, multinomial, nonNegativeInteger, positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { endOfSupport } from "./util/end_of_support.ts";
import { gammaMixedLogProb } from "./util/negative_binomial.ts";

const formulas: Omit<Formulas<DirichletMultinomial>, "support"> = {
  eventShape: ({ concentration }) => concentration.shape.slice(-1),
  sample(key, shape, { concentration, totalCount }) {
    const [probsKey, countKey] = key.split(2), batch = shape.slice(0, -1);
    return draw(countKey, totalCount, dirichlet(probsKey, concentration, batch), batch);
  },
  // Gamma-Poisson counts of one rate, given their total, whatever the rate is.
  logDensity(value, { concentration: a, totalCount: n }) {
    const total = a.sum(-1), isNone = n.equal(constant(0));
    const each = tf.where(isNone, constant(1), n).div(total);
    const parts = gammaMixedLogProb(value, { dispersion: a, mean: a.mul(each.expandDims(-1)) }).sum(-1);
    const whole = gammaMixedLogProb(n, { dispersion: total, mean: total.mul(each) });
    return tf.where(isNone, constant(0), parts.sub(whole));
  },
  hidesNaN: true,
  mean({ concentration: a, totalCount: n }) {
    return n.expandDims(-1).mul(a.div(a.sum(-1, true)));
  },
  variance({ concentration: a, totalCount }) {
    const n = totalCount.expandDims(-1), total = a.sum(-1, true), p = a.div(total);
    return n.mul(p).mul(constant(1).sub(p)).mul(n.add(total)).div(total.add(constant(1)));
  },
};

/**
 * Counts of the categories that come up in `totalCount` trials whose probabilities are Dirichlet
 * distributed. Parameters: `concentration` `[..., n]` and `totalCount`. Draws are float32. NumPyro:
 * `DirichletMultinomial`.
 */
export class DirichletMultinomial extends ParametricDistribution {
  /** The Dirichlet distribution's concentrations, along the last axis. */
  declare readonly concentration: Tensor;
  /** The number of trials. */
  declare readonly totalCount: Tensor;

  /**
   * `totalCount`, an integer from 0 (default 1), and `concentration` without its last axis
   * broadcast to the batch shape.
   */
  constructor(concentration: TensorLike, totalCount: TensorLike = 1, options?: DistributionOptions) {
    const support = ({ totalCount: n }: DirichletMultinomial) => multinomial(endOfSupport(totalCount, n));
    super({ ...formulas, support }, {
      concentration: [concentration, independent(positive, 1)],
      totalCount: [totalCount, nonNegativeInteger],
    }, options);
  }
}
