import { type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { log1mexp, softplus } from "../../tensor/special/mod.ts";
import { checkGiven, given, readParameter } from "../checks.ts";
import { orderedVector, real } from "../constraints/mod.ts";
import type { DistributionOptions } from "../parametric.ts";
import { sliceLast } from "../transforms/util/pad.ts";
import { Categorical } from "./categorical.ts";

/** Log probabilities of lying between two neighbouring cut points, by what both tails leave. */
function logProbs(predictor: Tensor, cutpoints: Tensor): Tensor {
  const z = cutpoints.sub(predictor.expandDims(-1)), n = z.shape[z.rank - 1];
  const none = tf.zeros([...z.shape.slice(0, -1), 1]) as Tensor;
  const gaps = n > 1 ? [none, log1mexp(sliceLast(z, 0, n - 1).sub(sliceLast(z, 1))), none] : [none, none];
  const below = tf.concat([softplus(z.neg()), none], -1), above = tf.concat([none, softplus(z)], -1);
  return (tf.concat(gaps, -1) as Tensor).sub(below).sub(above);
}

/**
 * The categories 0 ... n that a logistic variable with median `predictor` falls in, between `n`
 * cut points. Parameters: `predictor` and `cutpoints` `[..., n]`. NumPyro: `OrderedLogistic`.
 */
export class OrderedLogistic extends Categorical {
  /** The median of the logistic variable. */
  readonly predictor: Tensor;
  /** The ends of the categories, along the last axis. */
  readonly cutpoints: Tensor;

  /** `predictor` and `cutpoints` without its last axis broadcast to the batch shape. */
  constructor(predictor: TensorLike, cutpoints: TensorLike, options?: DistributionOptions) {
    const median = given("OrderedLogistic", "predictor", predictor);
    const ends = readParameter("OrderedLogistic", "cutpoints", cutpoints, orderedVector);
    checkGiven("OrderedLogistic", { predictor: [median, real], cutpoints: [ends, orderedVector] }, options);
    super({ logits: logProbs(median, ends) }, options);
    this.predictor = median;
    this.cutpoints = ends;
  }
}
