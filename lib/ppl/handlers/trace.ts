import { recorder } from "../recorder.ts";
import { type AnyFunction, around, type Context, enter } from "../runtime.ts";
import { Trace } from "../trace.ts";

/** A function whose runs can be recorded. */
export type Traceable<F extends AnyFunction> = F & {
  /** Runs the function and returns the record of it. */
  get(...args: Parameters<F>): Trace;
};

/**
 * Records the sites of a function, as Pyro's `trace`: `trace(model).get(...args)` runs it and
 * returns a `Trace`. Throws (when run) where two sites have one name, and where a parameter or a
 * plate comes again with another shape.
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
/** Records, as a context, to the end of the block into its `.trace`. */
export function trace(): Context & { readonly trace: Trace };
export function trace<F extends AnyFunction>(fn?: F): Traceable<F> | (Context & { readonly trace: Trace }) {
  if (!fn) {
    const recorded = new Trace();
    return Object.assign(enter(recorder(recorded)), { trace: recorded });
  }
  return Object.assign(around(fn, () => recorder(new Trace())), {
    get: (...args: Parameters<F>): Trace => {
      const recorded = new Trace();
      recorded.returnValue = around(fn, () => recorder(recorded))(...args);
      return recorded;
    },
  });
}
