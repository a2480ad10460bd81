import { asTensor, type TensorLike } from "../../tensor/mod.ts";
import type { Message, ParamMessage, SampleMessage } from "../message.ts";
import { type AnyFunction, type Context, type Handler, install } from "../runtime.ts";

/** The values that `substitute` gives. */
export interface SubstituteOptions {
  /** Values by name. */
  data?: Record<string, TensorLike | undefined>;
  /** A function that gives a value, or undefined to leave the site alone. */
  fn?: (message: SampleMessage | ParamMessage) => TensorLike | undefined;
}

class Substitute implements Handler {
  readonly label = "substitute";
  constructor(private readonly options: SubstituteOptions) {}

  process(message: Message): void {
    if (message.type !== "sample" && message.type !== "param") return;
    if (message.type === "sample" && message.isObserved) return;
    const { data, fn } = this.options;
    const own = data && Object.hasOwn(data, message.name) ? data[message.name] : undefined;
    const value = own ?? fn?.(message);
    if (value !== undefined) message.value = asTensor(value);
  }
}

/**
 * Gives latent sites and parameters values, as NumPyro's `substitute`: the sites stay latent, and
 * their distributions score the values. Observed sites are left alone.
 *
 * @example A latent site at a value
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { sample, substitute, trace } from "@pyrosaur/pyrosaur/ppl";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("x", new Normal(0, 1));
 * const run = trace(substitute(model, { data: { x: 2 } })).get();
 * assert.equal(run.value("x").dataSync()[0], 2);
 * assert.deepEqual(run.stochasticSites.map((site) => site.name), ["x"]);
 * ```
 */
export function substitute<F extends AnyFunction>(fn: F, options: SubstituteOptions): F;
/** As a context: gives values to the end of the block. */
export function substitute(options: SubstituteOptions): Context;
export function substitute<F extends AnyFunction>(
  ...args: [F, SubstituteOptions] | [SubstituteOptions]
): F | Context {
  const [fn, options] = args.length === 2 ? args : [undefined, args[0]];
  return install(fn, () => new Substitute(options));
}
