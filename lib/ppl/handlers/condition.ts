import { asTensor, type TensorLike } from "../../tensor/mod.ts";
import type { Message } from "../message.ts";
import { type AnyFunction, type Context, type Handler, install } from "../runtime.ts";

class Condition implements Handler {
  readonly label = "condition";
  constructor(private readonly data: Record<string, TensorLike | undefined>) {}

  process(message: Message): void {
    if (message.type !== "sample" || !Object.hasOwn(this.data, message.name)) return;
    const value = this.data[message.name];
    if (value === undefined) return;
    message.value = asTensor(value);
    message.isObserved = true;
  }
}

/**
 * Observes sites at the values given by name, as Pyro's `condition`.
 *
 * @example An observed site
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { condition, sample, trace } from "@pyrosaur/pyrosaur/ppl";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("x", new Normal(0, 1));
 * const run = trace(condition(model, { x: 2 })).get();
 * assert.equal(run.value("x").dataSync()[0], 2);
 * assert.deepEqual(run.observedSites.map((site) => site.name), ["x"]);
 * ```
 */
export function condition<F extends AnyFunction>(fn: F, data: Record<string, TensorLike | undefined>): F;
/** As a context: observes sites to the end of the block. */
export function condition(data: Record<string, TensorLike | undefined>): Context;
export function condition<F extends AnyFunction>(
  ...args: [F, Record<string, TensorLike | undefined>] | [Record<string, TensorLike | undefined>]
): F | Context {
  const [fn, data] = args.length === 2 ? args : [undefined, args[0]];
  return install(fn, () => new Condition(data));
}
