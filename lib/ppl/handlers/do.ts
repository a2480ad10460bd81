import { asTensor, type TensorLike } from "../../tensor/mod.ts";
import type { Message } from "../message.ts";
import { type AnyFunction, type Context, type Handler, install } from "../runtime.ts";

class Do implements Handler {
  readonly label = "do";
  constructor(private readonly data: Record<string, TensorLike | undefined>) {}

  // On the way back: handlers outside have recorded the site as it was, those inside and the model
  // see the intervention.
  postprocess(message: Message): void {
    if (message.type !== "sample" || !Object.hasOwn(this.data, message.name)) return;
    const value = this.data[message.name];
    if (value === undefined) return;
    message.value = asTensor(value);
    message.isIntervened = true;
    message.isObserved = true;
    message.mask = false;
  }
}

/**
 * Sets sites to values by intervention, as Pyro's `do`: the model goes on with the value, whatever
 * the site's distribution says; traces outside still hold the site as it would have been.
 *
 * @example The effect of a cause
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { intervene, sample, seed } from "@pyrosaur/pyrosaur/ppl";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("cause", new Normal(0, 1)).mul(3);
 * const effect = seed(intervene(model, { cause: 2 }), random.key(0))();
 * assert.equal(effect.dataSync()[0], 6);
 * ```
 */
export function intervene<F extends AnyFunction>(fn: F, data: Record<string, TensorLike | undefined>): F;
/** As a context: intervenes to the end of the block. */
export function intervene(data: Record<string, TensorLike | undefined>): Context;
export function intervene<F extends AnyFunction>(
  ...args: [F, Record<string, TensorLike | undefined>] | [Record<string, TensorLike | undefined>]
): F | Context {
  const [fn, data] = args.length === 2 ? args : [undefined, args[0]];
  return install(fn, () => new Do(data));
}

/** Pyro's name for `intervene` (`do` is a keyword). */
export const do_: typeof intervene = intervene;
