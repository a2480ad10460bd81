import { formatShape, sameShape } from "../../tensor/mod.ts";
import type { Handler } from "../handler.ts";
import type { Message, ParamMessage, PlateMessage } from "../message.ts";
import { type AnyFunction, around, type Context, enter } from "../runtime.ts";
import { SampleSite } from "../sample_site.ts";
import { type DeterministicSite, type ParamSite, type PlateSite, Trace } from "../trace.ts";

/** A function whose runs can be recorded. */
export type Traceable<F extends AnyFunction> = F & {
  /** Runs the function and returns the record of it. */
  get(...args: Parameters<F>): Trace;
};

/** Records the messages that reach it. */
function recorder(trace: Trace): Handler {
  const { sites } = trace;
  const refuse = (message: Message) => refuseSecond(message, trace);
  return {
    label: "trace",
    keepsLogProbs: true,
    process: {
      sample: refuse,
      deterministic: refuse,
      param(message) {
        const before = sites.get(message.name);
        if (before?.type !== "param") return refuse(message);
        checkSameShape(message, before);
        message.value ??= before.value;
      },
      plate(message) {
        const before = sites.get(message.name);
        if (before?.type !== "plate") return refuse(message);
        checkSameSize(message, before);
        message.subsample ??= before.subsample;
      },
    },
    postprocess: {
      sample: (message) => void sites.set(message.name, new SampleSite(message)),
      deterministic: (message) => void sites.set(message.name, { ...message } as DeterministicSite),
      param: (message) => keepFirst({ ...message } as ParamSite),
      plate: (message) => keepFirst({ ...message } as PlateSite),
    },
  };

  function keepFirst(site: ParamSite | PlateSite): void {
    if (!sites.has(site.name)) sites.set(site.name, site);
  }
}

function refuseSecond({ name, type }: Message, { sites }: Trace): void {
  const before = sites.get(name);
  if (!before) return;
  const kinds = before.type === type ? `two ${type} sites` : `a ${before.type} and a ${type} site`;
  throw new Error(`Cannot use the name "${name}" twice: it names ${kinds}; give each site a name of its own`);
}

function checkSameShape({ name, shape }: ParamMessage, { value }: ParamSite): void {
  if (!shape || sameShape(shape, value.shape)) return;
  const [found, expected] = [formatShape(shape), formatShape(value.shape)];
  throw new Error(`Cannot register parameter "${name}" again with shape ${found}: it has shape ${expected}`);
}

function checkSameSize({ name, size, subsampleSize }: PlateMessage, before: PlateSite): void {
  if (size === before.size && subsampleSize === before.subsampleSize) return;
  throw new Error(
    `Cannot enter plate "${name}" again with ${subsampleSize} of ${size} members: it was entered with ` +
      `${before.subsampleSize} of ${before.size}`,
  );
}

/**
 * Records the sites of a function, as Pyro's `trace`: `trace(model).get(...args)` runs it and returns
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
