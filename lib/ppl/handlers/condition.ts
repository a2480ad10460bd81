import { handler, type HandlerForms } from "../forms.ts";
import { checkNamedValues, type NamedValues, valueOf } from "../named_values.ts";

/**
 * Observes sites at the values given by name, as Pyro's `condition`.
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
export const condition: HandlerForms<[data: NamedValues]> = handler(
  "condition",
  (data) => {
    checkNamedValues("condition", data);
    return {
      process: {
        sample(message) {
          const value = valueOf(data, message.name);
          if (value === undefined) return;
          message.value = value;
          message.isObserved = true;
        },
      },
    };
  },
);
