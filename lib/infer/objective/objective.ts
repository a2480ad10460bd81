import { transformTo } from "../../distributions/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import {
  type HostArray,
  isHostArray,
  type Key,
  mapTree,
  random,
  type Tensor,
  tf,
  toTensor,
} from "../../tensor/mod.ts";
import { isLoss, type Loss, lossFunction } from "../elbo/loss.ts";
import { TraceELBO } from "../elbo/trace_elbo.ts";
import { constrainedByRun } from "../latent/mod.ts";
import { findParameters, splitKey } from "./parameters.ts";
import { lossAt, type LossSetup } from "./loss_at.ts";

/** Tensors of unconstrained parameters, by name. */
type Unconstrained = Readonly<Record<string, Tensor>>;

/**
 * A loss as a differentiable function of the unconstrained parameters of a model and its guide, as
 * Pyro's `differentiable_loss`: for updates of one's own, with the gradient in hand. `loss` is a
 * plain function of tensors, which `valueAndGrad` differentiates and `compile` compiles.
 *
 * With the key `k`, `SVI.run` starts at `init(k)` and draws in step `s` with
 * `k.split(2)[1].foldIn(s)`: an update written with these gives its numbers.
 *
 * @example A step of gradient descent, compiled
 * ```ts
 * import { adam, AutoNormal, compile, Objective, valueAndGrad } from "@pyrosaur/pyrosaur";
 * import { key, Normal, sample } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: 2 });
 * const objective = new Objective(model, new AutoNormal(model)), optimiser = adam({ lr: 0.1 });
 * const step = compile((params, state, k) => {
 *   const { value, grad } = valueAndGrad(objective.loss)(params, k);
 *   const [next, after] = optimiser.update(grad, state ?? optimiser.init(params), params);
 *   return { loss: value, params: next, state: after };
 * });
 * const first = await objective.init(key(0));
 * const once = await step(first, undefined, key(1));
 * const twice = await step(once.params, once.state, key(2));
 * assert.deepEqual(Object.keys(objective.constrain(twice.params)), ["z_auto_loc", "z_auto_scale"]);
 * ```
 */
export class Objective {
  readonly #setup: LossSetup;

  /**
   * Puts together a loss.
   *
   * @param model a function with sample sites
   * @param guide a function with a sample site for each latent one of the model
   * @param loss such as `new TraceELBO()` (the default), or a function of key, model, guide and
   * arguments
   */
  constructor(model: AnyFunction, guide: AnyFunction, loss: Loss = new TraceELBO()) {
    const fail = (why: string): never => {
      throw new Error(`Cannot make Objective: ${why}`);
    };
    if (typeof model !== "function") fail(`the model is ${typeof model}, expected a function`);
    if (typeof guide !== "function") fail(`the guide is ${typeof guide}, expected a function`);
    if (!isLoss(loss)) fail("the loss must be a function, or have one named loss, such as new TraceELBO()");
    this.#setup = { model, guide, loss: lossFunction(loss) };
  }

  /**
   * Makes the unconstrained first values of all parameters by name, found by tracing as `SVI.init`
   * finds them, and checks model, guide and arguments as that does.
   *
   * @param key the source of first values that are drawn
   * @param args the arguments of model and guide
   */
  async init(key: Key, ...args: unknown[]): Promise<Record<string, HostArray>> {
    if (!(key instanceof random.ThreefryKey)) {
      throw new Error("Cannot initialise: expected a key as the first argument, such as random.key(0)");
    }
    return { ...await findParameters(this.#setup, args).firstValues(splitKey(key)[0], args) };
  }

  /**
   * Returns the loss at some parameters, a scalar.
   *
   * @param params the unconstrained parameters by name: all of them, and no others
   * @param key the source of the draws
   * @param args the arguments of model and guide
   * @throws Error for a parameter without a value, and for a value without a parameter.
   */
  readonly loss = (params: Unconstrained, key: Key, ...args: unknown[]): Tensor => {
    const met = new Set<string>();
    const value = lossAt(
      this.#setup,
      ({ name, constraint }) => {
        met.add(name);
        if (!Object.hasOwn(params, name)) fail(`parameter "${name}" has no value`, Object.keys(params));
        return transformTo(constraint).forward(params[name]);
      },
      key,
      args,
    );
    const other = Object.keys(params).find((name) => !met.has(name));
    if (other !== undefined) fail(`"${other}" is no parameter of model or guide`, [...met]);
    return value;
  };

  /**
   * Returns the values of parameters, by one run of guide and model.
   *
   * @param params the unconstrained parameters by name, tensors or arrays
   * @param args the arguments of model and guide, likewise
   */
  constrain(
    params: Readonly<Record<string, Tensor | HostArray>>,
    ...args: unknown[]
  ): Record<string, Tensor> {
    const { guide, model } = this.#setup;
    return tf.tidy(() => {
      const [values, given] = mapTree([params, args], isHostArray, toTensor) as [Unconstrained, unknown[]];
      return constrainedByRun(values, [guide, model], given);
    });
  }
}

function fail(why: string, names: readonly string[]): never {
  throw new Error(`Cannot compute the loss: ${why}; there are ${names.join(", ") || "none"}`);
}
