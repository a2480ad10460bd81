import { checkSynchronous, emptyRecord } from "../../system/mod.ts";
import { withoutValidation } from "../../distributions/mod.ts";
import { around, checkSize, dryKey, isolated, trace } from "../../ppl/mod.ts";
import type { AnyFunction, Handler, Hooks, Trace } from "../../ppl/mod.ts";
import type { Key, Tensor } from "../../tensor/mod.ts";
import { ofModel } from "../checks/names.ts";
import { checkStrategy, type InitStrategy, initToFeasible } from "./init.ts";

/** The handler that gives each latent site its first value, once the plates have expanded it. */
class FirstValues implements Handler {
  readonly label = "first values";
  #count = 0;
  constructor(private readonly strategy: InitStrategy, private readonly key: Key) {
    checkStrategy(strategy);
  }

  readonly process: Hooks = {
    key: (message) => {
      const key = this.#next();
      message.value ??= key;
    },
    param: (message) => {
      const key = this.#next();
      message.key ??= key;
    },
    plate: (message) => {
      const key = this.#next();
      message.key ??= key;
    },
    sample: (message) => {
      const key = this.#next();
      if (message.isObserved || message.value !== undefined) return;
      checkSize(message);
      // One that is summed out has no number to start at.
      message.value = message.infer.enumerate
        ? message.distribution.sample(key)
        : this.strategy({ name: message.name, distribution: message.distribution, runKey: this.key }, key);
      checkSynchronous(`start site "${message.name}": the strategy is synchronous`, message.value);
    },
  };

  #next(): Key {
    return this.key.foldIn(this.#count++);
  }
}

/** Runs a model at the first values that a strategy makes, hidden from all handlers outside. */
export function traceAtFirstValues(
  model: AnyFunction,
  strategy: InitStrategy,
  key: Key,
  args: readonly unknown[],
): Trace {
  return isolated(() => trace(around(model, () => new FirstValues(strategy, key))).get(...args));
}

/**
 * Returns the values that handlers outside give a model's parameters, or their first values, by
 * name, by a run whose sites nobody sees.
 */
export function paramsOf(model: AnyFunction, args: readonly unknown[]): Record<string, Tensor> {
  const values = emptyRecord<Tensor>();
  const border: Handler = {
    label: "parameters",
    process: {
      any(message) {
        if (message.type === "param") return { ...message, owner: message.owner ?? ofModel };
        message.stop = true;
      },
    },
    postprocess: { param: ({ name, value }) => void (values[name] = value!) },
  };
  const run = around(model, () => new FirstValues(initToFeasible(), dryKey()));
  withoutValidation(() => around(run, () => border)(...args));
  return { ...values };
}

/** Returns the first values of a model's latent sites, constrained, by name. */
export function firstValues(
  model: AnyFunction,
  strategy: InitStrategy,
  key: Key,
  args: readonly unknown[],
): Map<string, Tensor> {
  const { stochasticSites } = traceAtFirstValues(model, strategy, key, args);
  return new Map(stochasticSites.map((site) => [site.name, site.value]));
}
