import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { asTensor, type TensorLike } from "../../tensor/mod.ts";
import type { ParamMessage, SampleMessage } from "../message.ts";
import { checkNamedValues, type NamedValues, valueOf } from "../named_values.ts";
import { handler, type HandlerForms } from "../forms.ts";

/** The values that `substitute` gives. */
export interface SubstituteOptions {
  /** Values by name. */
  data?: NamedValues;
  /** A function that returns a value, or undefined to leave the site alone. */
  fn?: (message: SampleMessage | ParamMessage) => TensorLike | undefined;
}

const optionNames: OptionNames<SubstituteOptions> = { data: true, fn: true };

/**
 * Gives latent sites and parameters values, as NumPyro's `substitute`: the sites stay latent, and
 * their distributions score the values. Observed sites are left alone, and so are names that the
 * function lacks: the parameters of a training are those of model and guide.
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
export const substitute: HandlerForms<[options: SubstituteOptions]> = handler(
  "substitute",
  (options) => {
    checkOptions("substitute", options, optionNames);
    const { data = {}, fn } = options;
    checkNamedValues("substitute", data);
    const give = (message: SampleMessage | ParamMessage) => {
      const value = valueOf(data, message.name) ?? fn?.(message);
      if (value !== undefined) message.value = asTensor(value);
    };
    return {
      process: { param: give, sample: (message) => message.isObserved ? undefined : give(message) },
    };
  },
);
