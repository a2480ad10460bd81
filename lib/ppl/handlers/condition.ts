import { handler, type HandlerForms } from "../forms.ts";
import { asTensor, type TensorLike } from "../../tensor/mod.ts";
import type { SampleMessage } from "../message.ts";
import { checkNamedValues, GivenNames, type NamedValues, namesOf, valueOf } from "../named_values.ts";

/** Values by the names of sites, or a function that returns one, or undefined for none. */
export type Conditions = NamedValues | ((message: SampleMessage) => TensorLike | undefined);

/**
 * Observes sites at the values given by name, as Pyro's `condition`, or by a function of the
 * site, as NumPyro's `condition_fn`.
 *
 * @throws Error, around a function, for a name that none of its sites has had.
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
export const condition: HandlerForms<[data: Conditions]> = handler(
  "condition",
  (data) => {
    if (typeof data !== "function") checkNamedValues("condition", data);
    const given = new GivenNames(
      "condition",
      typeof data === "function" ? [] : namesOf(data),
      "sample",
      "for sites of some runs only, give a function of the site",
    );
    return {
      returned: () => given.check(),
      process: {
        any: (message) => given.meet(message),
        sample(message) {
          const value = typeof data === "function" ? data(message) : valueOf(data, message.name);
          if (value === undefined) return;
          message.value = asTensor(value);
          message.isObserved = true;
        },
      },
    };
  },
);
