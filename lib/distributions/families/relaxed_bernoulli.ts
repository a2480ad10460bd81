import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { log1p, logit, softplus } from "../../tensor/special/mod.ts";
import { boolean, positive, real, unitInterval } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { recall, remember } from "../own_draws.ts";
import type { DistributionOptions } from "../parametric.ts";
import { SuccessProbability } from "../success_probability.ts";
import { standardLogistic } from "./util/standard_logistic.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";
import { straightThrough } from "./util/straight_through.ts";

/** Log odds of a draw: the draw itself is next to 0 or 1 for low temperatures. */
function drawLogit(
  key: Parameters<typeof standardLogistic.draw>[0],
  shape: number[],
  d: RelaxedBernoulli,
): Tensor {
  return standardLogistic.draw(key, shape, d).add(d.logits).div(d.temperature);
}

/** The log density of a draw, from its log odds. */
function density(y: Tensor, { logits, temperature }: RelaxedBernoulli): Tensor {
  const z = y.mul(temperature).sub(logits), size = z.abs();
  const logistic = size.add(log1p(size.neg().exp()).mul(constant(2))).neg().add(temperature.log());
  // The slope of the sigmoid is sigmoid(y) sigmoid(-y).
  return logistic.add(softplus(y)).add(softplus(y.neg()));
}

const formulas: Formulas<RelaxedBernoulli> = {
  support: unitInterval.interior,
  rsample(key, shape, d) {
    const y = drawLogit(key, shape, d), edge = constant(2 ** -24);
    const inside = tf.minimum(tf.maximum(y.sigmoid(), constant(2 ** -126)), constant(1).sub(edge));
    return remember(inside, y, d);
  },
  logDensity: (x, d) => density(recall(x, d) ?? logit(x), d),
  cdf: (x, { logits, temperature }) => logit(x).mul(temperature).sub(logits).sigmoid(),
  icdf: (p, { logits, temperature }) => logit(p).add(logits).div(temperature).sigmoid(),
};

/**
 * The relaxed Bernoulli distribution on numbers between 0 and 1, whose draws are differentiable and
 * come to those of `Bernoulli` as the temperature falls (Maddison, Mnih and Teh, "The concrete
 * distribution", 2017). Parameters: `temperature`, and the probability as `probs`, `{ probs }`, or
 * by its log odds as `{ logits }`. Pyro and NumPyro: `RelaxedBernoulli`.
 */
export class RelaxedBernoulli extends SuccessProbability {
  /** The temperature: near 0, draws are near 0 and 1. */
  declare readonly temperature: Tensor;

  /** `temperature` and the parameter broadcast to the batch shape. */
  constructor(
    temperature: TensorLike,
    probs: TensorLike | ProbsOrLogits,
    options?: DistributionOptions,
    family: Formulas<RelaxedBernoulli> = formulas,
  ) {
    const given = probsOrLogits("RelaxedBernoulli", probs, { probs: unitInterval, logits: real });
    super(family, { temperature: [temperature, positive], ...given }, options);
  }
}

const hardFormulas: Formulas<RelaxedBernoulli> = {
  support: boolean,
  rsample(key, shape, d) {
    const y = drawLogit(key, shape, d);
    return remember(straightThrough(y.sigmoid(), y.greater(constant(0)).cast("float32")), y, d);
  },
  // Of a value that is no draw of its own, the log odds are those of a float next to it.
  logDensity: (x, d) => density(recall(x, d) ?? x.sub(constant(0.5)).mul(constant(2 * EDGE)), d),
};

/** The log odds that stand for a 1, as in Pyro's clamp of probabilities to float32. */
const EDGE = 15.942384719848633;

/**
 * `RelaxedBernoulli` with draws that are 0 or 1, and have the derivatives of relaxed ones ("straight
 * through"). A draw is scored as the relaxed one that it was. Pyro:
 * `RelaxedBernoulliStraightThrough`.
 */
export class RelaxedBernoulliStraightThrough extends RelaxedBernoulli {
  /** `temperature` and the parameter broadcast to the batch shape. */
  constructor(temperature: TensorLike, probs: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    super(temperature, probs, options, hardFormulas);
  }
}
