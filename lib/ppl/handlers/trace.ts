import { formatShape, sameShape } from "../../tensor/mod.ts";
import type { Message } from "../message.ts";
import { type AnyFunction, around, type Context, enter, type Handler } from "../runtime.ts";
import { SampleSite } from "../sample_site.ts";
import { type ParamSite, type PlateSite, Trace } from "../trace.ts";
import { Subsample } from "../subsample_indices.ts";

/** A function whose runs can be recorded. */
export type Traceable<F extends AnyFunction> = F & {
  /** Runs the function and returns what happened. */
  get(...args: Parameters<F>): Trace;
};

/** Records the messages that reach it. */
export class Recorder implements Handler {
  readonly label = "trace";
  constructor(readonly trace: Trace) {}

  process(message: Message): void {
    if (message.type === "key") return;
    const before = this.trace.sites.get(message.name);
    if (!before) return;
    if (message.type === "param" && before.type === "param") {
      if (message.shape && !sameShape(message.shape, before.value.shape)) {
        throw new Error(
          `Cannot register parameter "${message.name}" again with shape ${
            formatShape(message.shape)
          }: it has shape ` +
            formatShape(before.value.shape),
        );
      }
      message.value ??= before.value;
    } else if (message.type === "plate" && before.type === "plate") {
      if (message.size !== before.size || message.subsampleSize !== before.subsampleSize) {
        throw new Error(
          `Cannot enter plate "${message.name}" again with ${message.subsampleSize} of ${message.size} members: it was entered ` +
            `with ${before.subsampleSize} of ${before.size}`,
        );
      }
      message.subsample ??= before.subsample;
    } else {
      const kinds = before.type === message.type
        ? `two ${message.type} sites`
        : `a ${before.type} and a ${message.type} site`;
      throw new Error(
        `Cannot use the name "${message.name}" twice: it names ${kinds}; give each site a name of its own`,
      );
    }
  }

  postprocess(message: Message): void {
    if (message.type === "key") return;
    if (message.type === "sample") {
      this.trace.sites.set(message.name, new SampleSite({ ...message, value: message.value! }));
    } else if (message.type === "deterministic") this.trace.sites.set(message.name, { ...message });
    else if (this.trace.sites.has(message.name)) return;
    else if (message.type === "param") this.trace.sites.set(message.name, { ...message } as ParamSite);
    else {
      // Chosen here where nobody did, so that the plate and the trace hold one and the same
      // subsample.
      message.subsample ??= new Subsample(message.name, message.size, message.subsampleSize, message.key);
      this.trace.sites.set(message.name, { ...message } as PlateSite);
    }
  }
}

/**
 * Records what a function does, as Pyro's `trace`: `trace(model).get(...args)` runs it and returns
 * a `Trace`. Throws (when run) where two sites have one name, and where a parameter or a plate
 * comes again with another shape.
 *
 * @example What a model did
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { sample, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("x", new Normal(0, 1)).mul(2);
 * const run = trace(seed(model, random.key(0))).get();
 * assert.deepEqual([...run.sites.keys()], ["x"]);
 * assert.equal(run.returnValue.dataSync()[0], 2 * run.value("x").dataSync()[0]);
 * ```
 */
export function trace<F extends AnyFunction>(fn: F): Traceable<F>;
/** As a context: records to the end of the block into its `.trace`. */
export function trace(): Context & { readonly trace: Trace };
export function trace<F extends AnyFunction>(fn?: F): Traceable<F> | (Context & { readonly trace: Trace }) {
  if (!fn) {
    const recorded = new Trace();
    return Object.assign(enter(new Recorder(recorded)), { trace: recorded });
  }
  return Object.assign(around(fn, () => new Recorder(new Trace())), {
    get: (...args: Parameters<F>): Trace => {
      const recorded = new Trace();
      recorded.returnValue = around(fn, () => new Recorder(recorded))(...args);
      return recorded;
    },
  });
}
