import { checkSynchronous } from "../../system/mod.ts";
import {
  describeNode,
  formatShape,
  isRecord,
  random,
  sameShape,
  type Shape,
  tryBroadcastShapes,
} from "../../tensor/mod.ts";
import { Distribution, withoutValidation } from "../../distributions/mod.ts";
import { handler, type HandlerForms } from "../forms.ts";
import { GivenNames } from "../named_values.ts";
import type { ParamMessage } from "../message.ts";
import { sampleMessage } from "../sample.ts";

/**
 * The prior over parameters: one distribution for all, one by name, or a function of name and
 * shape. Parameters without one stay parameters.
 */
export type Prior =
  | Distribution
  | Readonly<Record<string, Distribution>>
  | ((name: string, shape: Shape) => Distribution | undefined);

/** Returns the prior of one parameter. */
export function priorOf(prior: Prior, name: string, shape: Shape): Distribution | undefined {
  if (typeof prior === "function") {
    const found = prior(name, shape);
    checkSynchronous("lift: the function from names to priors is synchronous", found);
    return found;
  }
  if (isDistribution(prior)) return prior;
  return Object.hasOwn(prior, name) ? prior[name] : undefined;
}

/** Returns priors that are given by name; undefined for others. */
export const priorByName = (prior: Prior): Readonly<Record<string, Distribution>> | undefined =>
  typeof prior === "function" || isDistribution(prior) ? undefined : prior;

const isDistribution = (prior: object): prior is Distribution => "logProb" in prior;

/** Returns the shape of a parameter, made from zeros, so that nothing is drawn. */
function shapeOf(message: ParamMessage): Shape {
  // The zeros need not lie in the constraint.
  return withoutValidation(() => message.init(new random.ZeroKey()).shape);
}

/**
 * Repeats a prior of another shape than the parameter's over its entries, one event altogether.
 *
 * @throws Error that names the parameter where it cannot be repeated so.
 */
function fit(name: string, prior: Distribution, shape: Shape): Distribution {
  if (sameShape(prior.shape(), shape)) return prior;
  const { eventShape, batchShape } = prior, batch = shape.slice(0, shape.length - eventShape.length);
  const whole = tryBroadcastShapes(batchShape, batch);
  if (!sameShape([...whole ?? [], ...eventShape], shape)) {
    throw new Error(
      `Cannot lift parameter "${name}": it has shape ${
        formatShape(shape)
      }, and its prior ${prior.name} has ` +
        `${
          formatShape(prior.shape())
        }, which does not broadcast to it; give one distribution for all its entries, or of its shape`,
    );
  }
  return prior.expand(batch).toEvent(batch.length);
}

/**
 * Turns parameters into sample sites, as Pyro's `lift`: the Bayesian version of a function. A prior
 * whose shape is not the parameter's is expanded to it and made one event. Parameters that a prior
 * is made of, where it is a function, stay parameters.
 *
 * @throws Error that names the parameter where its prior's shape does not broadcast to its own;
 * around
 * a function, for a name that none of its parameters has had.
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
export const lift: HandlerForms<[prior: Prior]> = handler("lift", (prior) => {
  const isPrior = (x: unknown) => isRecord(x) || typeof x === "function" || x instanceof Distribution;
  if (!isPrior(prior)) {
    throw new Error(
      `Cannot lift: found ${
        describeNode(prior)
      }, expected a distribution, distributions by name, or a function of the name`,
    );
  }
  let isAsking = false;
  const given = new GivenNames(
    "lift",
    Object.keys(priorByName(prior) ?? {}),
    "param",
    "for parameters of some runs only, give a function of the name",
  );
  return {
    returned: () => given.check(),
    process: {
      any: (message) => given.meet(message),
      param(message) {
        // A prior may have parameters of its own, which stay parameters.
        if (isAsking) return;
        const { name, value, key, plates, stop } = message, shape = message.shape ?? shapeOf(message);
        isAsking = true;
        try {
          const found = priorOf(prior, name, shape);
          return found && sampleMessage(name, fit(name, found, shape), { value, key, plates, stop });
        } finally {
          isAsking = false;
        }
      },
    },
  };
});
