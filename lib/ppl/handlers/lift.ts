import { type Distribution, withoutValidation } from "../../distributions/mod.ts";
import { random, sameShape, type Shape } from "../../tensor/mod.ts";
import { type ParamMessage, sampleMessage } from "../message.ts";
import { handler, type HandlerForms } from "../forms.ts";
import { type Prior, priorOf } from "../prior.ts";

/** Returns the shape of a parameter, made from zeros, so that nothing is drawn. */
function shapeOf(message: ParamMessage): Shape {
  // The zeros need not lie in the constraint.
  return withoutValidation(() => message.init(new random.ZeroKey()).shape);
}

/** Repeats a prior of another shape than the parameter's over its entries, one event altogether. */
function fit(prior: Distribution, shape: Shape): Distribution {
  if (sameShape(prior.shape(), shape)) return prior;
  const batch = shape.slice(0, shape.length - prior.eventShape.length);
  return prior.expand(batch).toEvent(batch.length);
}

/**
 * Turns parameters into sample sites, as Pyro's `lift`: the Bayesian version of a function. A prior
 * whose shape is not the parameter's is expanded to it and made one event.
 *
 * @example A prior over a parameter
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { lift, param, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const network = () => param("weight", tf.zeros([2, 3]));
 * const run = trace(seed(lift(network, new Normal(0, 1)), random.key(0))).get();
 * assert.deepEqual(run.paramSites, []);
 * assert.deepEqual(run.sampleSite("weight").distribution.eventShape, [2, 3]);
 * ```
 */
export const lift: HandlerForms<[prior: Prior]> = handler("lift", (prior) => ({
  process: {
    param(message) {
      const { name, value, key, plates, stop } = message, shape = message.shape ?? shapeOf(message);
      const own = priorOf(prior, name, shape);
      return own && sampleMessage(name, fit(own, shape), { value, key, plates, stop });
    },
  },
}));
