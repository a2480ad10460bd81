import { constant, type Key, type Shape, type Tensor, tf } from "../../../tensor/mod.ts";
import { log1p, logit, softplus } from "../../../tensor/special/mod.ts";
import { boolean, unitInterval } from "../../constraints/mod.ts";
import type { Formulas } from "../../formulas.ts";
import { recall, remember } from "../../own_draws.ts";
import { standardLogistic } from "./standard_logistic.ts";
import { straightThrough } from "./straight_through.ts";

/** The parameters of a relaxed Bernoulli distribution. */
interface Relaxed {
  readonly temperature: Tensor;
  readonly logits: Tensor;
  readonly parameters: Readonly<Record<string, Tensor>>;
}

/** The log odds that stand for a 1, as in Pyro's clamp of probabilities to float32. */
const EDGE = 15.942384719848633;

/** Log odds of a draw: the draw itself is next to 0 or 1 for low temperatures. */
function drawLogit(
  key: Key,
  shape: Shape,
  d: Relaxed,
): Tensor {
  return standardLogistic.draw(key, shape, d).add(d.logits).div(d.temperature);
}

/**
 * The log density of a draw, from its log odds y and minus the logarithm of the sigmoid's slope
 * there, sigmoid(y) sigmoid(-y).
 */
function density(
  y: Tensor,
  { logits, temperature }: Relaxed,
  flatness: Tensor = softplus(y).add(softplus(y.neg())),
): Tensor {
  return standardLogistic.logDensity!(y.mul(temperature).sub(logits), temperature.reciprocal(), null)
    .add(flatness);
}

/** The log density of a number between 0 and 1. */
function densityBetween(x: Tensor, d: Relaxed): Tensor {
  const log = x.log(), logRest = log1p(x.neg());
  return density(log.sub(logRest), d, log.add(logRest).neg());
}

/** The logistic number that a value comes from. */
const standardised = (x: Tensor, { logits, temperature }: Relaxed): Tensor =>
  logit(x).mul(temperature).sub(logits);

/** The formulas of draws between 0 and 1. */
export const softBernoulli: Formulas<Relaxed> = {
  support: unitInterval.interior,
  rsample(key, shape, d) {
    const y = drawLogit(key, shape, d), edge = constant(2 ** -24);
    const inside = tf.minimum(tf.maximum(y.sigmoid(), constant(2 ** -126)), constant(1).sub(edge));
    return remember(inside, y, d);
  },
  logDensity(x, d) {
    const y = recall(x, d);
    return y ? density(y, d) : densityBetween(x, d);
  },
  cdf: (x, d) => standardised(x, d).sigmoid(),
  logCdf: (x, d) => softplus(standardised(x, d).neg()).neg(),
  logSurvival: (x, d) => softplus(standardised(x, d)).neg(),
  icdf: (p, { logits, temperature }) => logit(p).add(logits).div(temperature).sigmoid(),
};

/** The formulas of draws that are 0 or 1, with the derivatives of relaxed ones. */
export const hardBernoulli: Formulas<Relaxed> = {
  support: boolean,
  rsample(key, shape, d) {
    const y = drawLogit(key, shape, d);
    return remember(straightThrough(y.sigmoid(), y.greater(constant(0)).cast("float32")), y, d);
  },
  // Of a value that is no draw of its own, the log odds are those of a float next to it.
  logDensity: (x, d) => density(recall(x, d) ?? x.sub(constant(0.5)).mul(constant(2 * EDGE)), d),
};
