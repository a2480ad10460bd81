import { constant, type Key, type Shape, type Tensor, tf } from "../../../tensor/mod.ts";
import { gumbel } from "../../../tensor/random/mod.ts";
import { lgamma } from "../../../tensor/special/mod.ts";
import { oneHot, simplex } from "../../constraints/mod.ts";
import type { Formulas } from "../../formulas.ts";
import { recall, remember } from "../../own_draws.ts";
import type { RelaxedCategorical } from "../../relaxed_categorical.ts";
import { drawableLogits } from "./category_probs.ts";
import { straightThrough } from "./straight_through.ts";

/** The logarithm of a draw, which is itself next to 0 for low temperatures. */
function drawLog(key: Key, shape: Shape, d: RelaxedCategorical): Tensor {
  return tf.logSoftmax(
    gumbel(key, shape).add(drawableLogits(d.parameters)).div(d.temperature.expandDims(-1)),
  );
}

/** The log density of a draw, from its logarithm. */
function density(logs: Tensor, d: RelaxedCategorical): Tensor {
  const n = d.eventShape[0], { temperature, logits } = d;
  const scores = logits.sub(logs.mul(temperature.expandDims(-1)));
  const scale = temperature.log().mul(constant(n - 1)).add(lgamma(constant(n)));
  return tf.logSoftmax(scores).sub(logs).sum(-1).add(scale);
}

const eventShape = ({ parameters: { probs, logits } }: RelaxedCategorical) =>
  (probs ?? logits).shape.slice(-1);

/** The formulas of draws on the simplex. */
export const softOneHot: Formulas<RelaxedCategorical> = {
  support: simplex.interior,
  eventShape,
  rsample(key, shape, d) {
    const logs = drawLog(key, shape, d);
    return remember(tf.maximum(logs.exp(), constant(2 ** -126)), logs, d);
  },
  logDensity: (x, d) => density(recall(x, d) ?? x.log(), d),
};

/** The formulas of draws that are one-hot, with the derivatives of relaxed ones. */
export const hardOneHot: Formulas<RelaxedCategorical> = {
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
