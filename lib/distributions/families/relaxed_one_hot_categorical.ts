import { constant, type Key, type Shape, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { gumbel } from "../../tensor/random/mod.ts";
import { lgamma, logsumexp } from "../../tensor/special/mod.ts";
import { oneHot, positive, realVector, simplex } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { recall, remember } from "../own_draws.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { categoryLogProbs, categoryProbs, drawableLogits } from "./util/category_probs.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";
import { straightThrough } from "./util/straight_through.ts";

/** The logarithm of a draw, which is itself next to 0 for low temperatures. */
function drawLog(key: Key, shape: Shape, d: RelaxedOneHotCategorical): Tensor {
  return tf.logSoftmax(
    gumbel(key, shape).add(drawableLogits(d.parameters)).div(d.temperature.expandDims(-1)),
  );
}

/** The log density of a draw, from its logarithm. */
function density(logs: Tensor, d: RelaxedOneHotCategorical): Tensor {
  const n = d.eventShape[0], { temperature, logits } = d;
  const scores = logits.sub(logs.mul(temperature.expandDims(-1)));
  const scale = temperature.log().mul(constant(n - 1)).add(lgamma(constant(n)));
  return scores.sub(logsumexp(scores, -1, true)).sub(logs).sum(-1).add(scale);
}

const eventShape = ({ parameters: { probs, logits } }: RelaxedOneHotCategorical) =>
  (probs ?? logits).shape.slice(-1);

const formulas: Formulas<RelaxedOneHotCategorical> = {
  support: simplex.interior,
  eventShape,
  rsample(key, shape, d) {
    const logs = drawLog(key, shape, d);
    return remember(tf.maximum(logs.exp(), constant(2 ** -126)), logs, d);
  },
  logDensity: (x, d) => density(recall(x, d) ?? x.log(), d),
};

/**
 * The relaxed one-hot categorical distribution on the simplex, whose draws are differentiable and
 * come to those of `OneHotCategorical` as the temperature falls (Maddison, Mnih and Teh, "The
 * concrete distribution", 2017; Jang, Gu and Poole, "Categorical reparameterization with
 * Gumbel-softmax", 2017). Parameters: `temperature`, and the probabilities along the last axis as
 * `probs`, `{ probs }`, or their unnormalised logarithms as `{ logits }`. Pyro:
 * `RelaxedOneHotCategorical`.
 */
export class RelaxedOneHotCategorical extends ParametricDistribution {
  /** The temperature: near 0, draws are near the corners of the simplex. */
  declare readonly temperature: Tensor;

  /**
   * `temperature` and the parameter without its last axis broadcast to the batch shape.
   * @throws Error unless exactly one of probs and logits is given.
   */
  constructor(
    temperature: TensorLike,
    given: TensorLike | ProbsOrLogits,
    options?: DistributionOptions,
    family: Formulas<RelaxedOneHotCategorical> = formulas,
  ) {
    const choice = probsOrLogits("RelaxedOneHotCategorical", given, { probs: simplex, logits: realVector });
    super(family, { temperature: [temperature, positive], ...choice }, options);
  }

  /** The probabilities, along the last axis. */
  get probs(): Tensor {
    return categoryProbs(this.parameters);
  }

  /** The normalised log probabilities, along the last axis. */
  get logits(): Tensor {
    return categoryLogProbs(this.parameters);
  }
}

const hardFormulas: Formulas<RelaxedOneHotCategorical> = {
  support: oneHot,
  eventShape,
  rsample(key, shape, d) {
    const logs = drawLog(key, shape, d), n = d.eventShape[0];
    const hard = tf.oneHot(logs.argMax(-1) as never, n).cast("float32");
    return remember(straightThrough(logs.exp(), hard), logs, d);
  },
  // Of a value that is no draw of its own, the logarithms are those of a point next to it.
  logDensity: (x, d) => density(recall(x, d) ?? tf.maximum(x, constant(2 ** -24)).log(), d),
};

/**
 * `RelaxedOneHotCategorical` with draws that are one-hot, and have the derivatives of relaxed ones
 * ("straight through"). A draw is scored as the relaxed one that it was. Pyro:
 * `RelaxedOneHotCategoricalStraightThrough`.
 */
export class RelaxedOneHotCategoricalStraightThrough extends RelaxedOneHotCategorical {
  /** `temperature` and the parameter without its last axis broadcast to the batch shape. */
  constructor(temperature: TensorLike, given: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    super(temperature, given, options, hardFormulas);
  }
}
