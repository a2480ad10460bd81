import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { dirichlet } from "../../tensor/random/mod.ts";
import { dirichletEntropy } from "../../tensor/special/mod.ts";
import { independent, positive, simplex } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { dirichletLogDensity } from "./util/dirichlet_density.ts";

const formulas: Formulas<Dirichlet> = {
  support: simplex,
  eventShape: ({ concentration }) => concentration.shape.slice(-1),
  rsample: (key, shape, { concentration }) => dirichlet(key, concentration, shape.slice(0, -1)),
  logDensity: (x, { concentration }) => dirichletLogDensity(x, concentration),
  hidesNaN: true,
  mean: ({ concentration: a }) => a.div(a.sum(-1, true)),
  mode({ concentration: a }) {
    const rest = tf.maximum(a.sub(constant(1)), constant(0));
    return rest.div(rest.sum(-1, true));
  },
  variance({ concentration: a }) {
    const total = a.sum(-1, true), mean = a.div(total);
    return mean.mul(constant(1).sub(mean)).div(total.add(constant(1)));
  },
  entropy: ({ concentration }) => dirichletEntropy(concentration),
};

/** The Dirichlet distribution on the simplex. Parameter: `concentration` `[..., n]`. */
export class Dirichlet extends ParametricDistribution {
  /** The concentrations, along the last axis. */
  declare readonly concentration: Tensor;

  /** `concentration` has the batch shape and then the event's axis. */
  constructor(concentration: TensorLike, options?: DistributionOptions) {
    super(formulas, { concentration: [concentration, independent(positive, 1)] }, options);
  }
}
