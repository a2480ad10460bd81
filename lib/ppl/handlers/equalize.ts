import { checkOptions, type OptionNames } from "../../system/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import type { ParamMessage, SampleMessage } from "../message.ts";
import { checkList, GivenNames } from "../named_values.ts";
import { handler, type HandlerForms } from "../forms.ts";

/** Options of `equalize`. */
export interface EqualizeOptions {
  /** The kind of sites that it is about (default "sample"). */
  type?: "sample" | "param";
  /**
   * True where the distributions of later sites score the first one's value (default false: they
   * count nothing).
   */
  keepDistributions?: boolean;
}

const optionNames: OptionNames<EqualizeOptions> = { type: true, keepDistributions: true };

/**
 * Gives several sites the value of the first of them, as Pyro's `equalize`: a latent number, or a
 * parameter, that stands in a model under several names.
 *
 * @param names the names of the sites
 *
 * @example One number under two names
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { equalize, sample, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => [sample("a", new Normal(0, 1)), sample("b", new Normal(0, 1))];
 * const run = trace(seed(equalize(model, ["a", "b"]), random.key(0))).get();
 * assert.deepEqual(run.stochasticSites.map(({ name }) => name), ["a"]);
 * assert.equal(run.value("b").dataSync()[0], run.value("a").dataSync()[0]);
 * ```
 */
export const equalize: HandlerForms<[names: readonly string[], options?: EqualizeOptions]> = handler(
  "equalize",
  (names, options = {}) => {
    checkOptions("equalize", options, optionNames);
    const { type = "sample", keepDistributions = false } = options;
    checkList("equalize", "the sites", names);
    const given = new GivenNames("equalize", names, type);
    let first: { readonly name: string; readonly value: Tensor } | undefined;
    const isTaken = (message: SampleMessage | ParamMessage) =>
      message.type === type && names.includes(message.name) && first?.name !== message.name;
    const keep = (message: SampleMessage | ParamMessage) => {
      if (message.type === type && names.includes(message.name)) {
        first ??= { name: message.name, value: message.value! };
      }
    };
    return {
      returned: () => given.check(),
      process: {
        any: (message) => given.meet(message),
        sample(message) {
          if (!first || !isTaken(message)) return;
          message.value = first.value;
          message.isObserved = true;
          if (!keepDistributions) message.mask = false;
        },
        param(message) {
          if (first && isTaken(message)) message.value = first.value;
        },
      },
      postprocess: { sample: keep, param: keep },
    };
  },
);
