import { type Distribution, withoutValidation } from "../../distributions/mod.ts";
import { random, sameShape, type Shape } from "../../tensor/mod.ts";
import type { Message, ParamMessage, SampleMessage } from "../message.ts";
import { type AnyFunction, type Context, type Handler, install } from "../runtime.ts";

/**
 * The prior over parameters: one distribution for all, one by name, or a function of name and
 * shape. Parameters without one stay parameters.
 */
export type Prior =
  | Distribution
  | Readonly<Record<string, Distribution>>
  | ((name: string, shape: Shape) => Distribution | undefined);

class Lift implements Handler {
  readonly label = "lift";
  constructor(private readonly prior: Prior) {}

  process(message: Message): Message | void {
    if (message.type !== "param") return;
    const shape = message.shape ?? shapeOf(message);
    const own = this.of(message.name, shape);
    if (own) return asSample(message, fit(own, shape));
  }

  private of(name: string, shape: Shape): Distribution | undefined {
    const { prior } = this;
    if (typeof prior === "function") return prior(name, shape);
    if (isDistribution(prior)) return prior;
    return Object.hasOwn(prior, name) ? prior[name] : undefined;
  }
}

/** The shape of a parameter that must be made to be known: from zeros, so that nothing is drawn. */
function shapeOf(message: ParamMessage): Shape {
  // The zeros need not lie in the constraint.
  return withoutValidation(() => message.init(new random.ZeroKey()).shape);
}

const isDistribution = (prior: object): prior is Distribution => "logProb" in prior;

/** A prior of another shape than the parameter's is for each of its entries: repeated over them, one event altogether. */
function fit(prior: Distribution, shape: Shape): Distribution {
  if (sameShape(prior.shape(), shape)) return prior;
  const batch = shape.slice(0, shape.length - prior.eventShape.length);
  return prior.expand(batch).toEvent(batch.length);
}

function asSample(param: ParamMessage, distribution: Distribution): SampleMessage {
  return {
    type: "sample",
    name: param.name,
    distribution,
    value: param.value,
    isObserved: false,
    isIntervened: false,
    infer: {},
    key: param.key,
    plates: param.plates,
    scale: 1,
    mask: true,
    scanned: undefined,
    stop: param.stop,
  };
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
export function lift<F extends AnyFunction>(fn: F, prior: Prior): F;
/** As a context: lifts the parameters to the end of the block. */
export function lift(prior: Prior): Context;
export function lift<F extends AnyFunction>(...args: [F, Prior] | [Prior]): F | Context {
  const [fn, prior] = args.length === 2 ? args : [undefined, args[0]];
  return install(fn, () => new Lift(prior));
}
