import { asTensor, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import type { Message } from "../message.ts";
import { type AnyFunction, type Context, type Handler, install } from "../runtime.ts";
import type { Trace } from "../trace.ts";

/** What `replay` takes values from. */
export interface ReplayOptions {
  /** A trace: its latent values and its plates' subsamples are taken. */
  trace?: Trace;
  /** Values of parameters by name. */
  params?: Record<string, TensorLike | undefined>;
}

class Replay implements Handler {
  readonly label = "replay";
  constructor(private readonly options: ReplayOptions) {}

  process(message: Message): void {
    const { trace, params } = this.options;
    if (message.type === "param") {
      const value = params && Object.hasOwn(params, message.name) ? params[message.name] : undefined;
      if (value !== undefined) message.value = asTensor(value);
    }
    const site = trace?.sites.get(message.name);
    if (!site) return;
    if (message.type === "sample") {
      if (message.isObserved) return;
      if (site.type !== "sample" || site.isObserved) {
        const kind = site.type === "sample" ? "observed" : `a ${site.type} site`;
        throw new Error(
          `Cannot replay site "${message.name}": it is ${kind} in the trace that is replayed, expected a latent site`,
        );
      }
      message.value = site.value as Tensor;
      message.infer = { ...message.infer, ...site.infer };
    } else if (message.type === "plate" && site.type === "plate") {
      if (site.size !== message.size || site.subsampleSize !== message.subsampleSize) {
        throw new Error(
          `Cannot replay plate "${message.name}": it has ${message.subsampleSize} of ${message.size} members, in the trace that ` +
            `is replayed ${site.subsampleSize} of ${site.size}`,
        );
      }
      message.subsample ??= site.subsample;
    }
  }
}

/**
 * Runs a function with the latent values and the subsamples of a trace, as Pyro's `replay`: sites
 * that the trace lacks are drawn as usual. `params` gives values to parameters.
 *
 * @example A guide's draws in a model
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { replay, sample, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const guide = () => sample("z", new Normal(5, 0.1));
 * const model = () => sample("z", new Normal(0, 1));
 * const drawn = trace(seed(guide, random.key(0))).get();
 * assert.deepEqual(replay(model, { trace: drawn })().dataSync(), drawn.value("z").dataSync());
 * ```
 */
export function replay<F extends AnyFunction>(fn: F, options: ReplayOptions): F;
/** As a context: replays to the end of the block. */
export function replay(options: ReplayOptions): Context;
export function replay<F extends AnyFunction>(...args: [F, ReplayOptions] | [ReplayOptions]): F | Context {
  const [fn, options] = args.length === 2 ? args : [undefined, args[0]];
  return install(fn, () => new Replay(options));
}
