import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { formatShape, type Tensor } from "../../tensor/mod.ts";
import { type NamedValues, valueOf } from "../named_values.ts";
import { handler, type HandlerForms } from "../forms.ts";
import type { SampleMessage } from "../message.ts";
import type { Trace } from "../trace.ts";

/** The values that `replay` gives. */
export interface ReplayOptions {
  /** A trace, whose latent values and plates' subsamples are taken. */
  trace?: Trace;
  /** Values of parameters by name. */
  params?: NamedValues;
}

const optionNames: OptionNames<ReplayOptions> = { trace: true, params: true };

/** Throws for draws of fewer steps than a scan has: those left would be drawn from the prior. */
function checkLength({ name, scanned, value: given }: SampleMessage, value: Tensor): void {
  if (!scanned || !(value.shape[0] < scanned.length) || given === value) return;
  throw new Error(
    `Cannot replay site "${name}" of a scan: its value in the trace has shape ${
      formatShape(value.shape)
    }, expected ` +
      `${scanned.length} steps on its leftmost axis; substitute gives the first steps alone`,
  );
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
export const replay: HandlerForms<[options: ReplayOptions]> = handler("replay", (options) => {
  checkOptions("replay", options, optionNames);
  const { trace, params = {} } = options;
  return {
    process: {
      param(message) {
        message.value = valueOf(params, message.name) ?? message.value;
      },
      sample(message) {
        const { name } = message, site = trace?.sites.get(name);
        if (!site || message.isObserved) return;
        if (site.type !== "sample" || site.isObserved) {
          const kind = site.type === "sample" ? "observed" : `a ${site.type} site`;
          throw new Error(
            `Cannot replay site "${name}": it is ${kind} in the trace that is replayed, expected a latent site`,
          );
        }
        checkLength(message, site.value);
        message.value = site.value;
        message.infer = { ...message.infer, ...site.infer };
      },
      plate(message) {
        const { name, size, subsampleSize } = message, site = trace?.sites.get(name);
        if (site?.type !== "plate") return;
        if (site.size !== size || site.subsampleSize !== subsampleSize) {
          throw new Error(
            `Cannot replay plate "${name}": it has ${subsampleSize} of ${size} members, in the trace that is replayed ` +
              `${site.subsampleSize} of ${site.size}`,
          );
        }
        message.subsample ??= site.subsample;
      },
    },
  };
});
