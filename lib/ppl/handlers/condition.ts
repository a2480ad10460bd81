import { handler, type HandlerForms } from "../forms.ts";
import { type NamedValues, valueOf } from "../named_values.ts";

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
  (data) => ({
    process: {
      sample(message) {
        const value = valueOf(data, message.name);
        if (value === undefined) return;
        message.value = value;
        message.isObserved = true;
      },
    },
  }),
);

/** Forgets all observations, as Pyro's `uncondition`: the sites are drawn instead. */
export const uncondition: HandlerForms<[]> = handler("uncondition", () => ({
  process: {
    sample(message) {
      if (!message.isObserved) return;
      message.isObserved = false;
      message.value = undefined;
    },
  },
}));

/**
 * Sets sites to values by intervention, as Pyro's `do`: the model goes on with the value, whatever
 * the site's distribution says; traces outside still hold the site as it would have been.
 *
 * @example The effect of a cause
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { intervene, sample, seed } from "@pyrosaur/pyrosaur/ppl";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("cause", new Normal(0, 1)).mul(3);
 * const effect = seed(intervene(model, { cause: 2 }), random.key(0))();
 * assert.equal(effect.dataSync()[0], 6);
 * ```
 */
export const intervene: HandlerForms<[data: NamedValues]> = handler("do", (data) => ({
  // On the way back: handlers outside have recorded the site as it was, those inside and the model
  // see the intervention.
  postprocess: {
    sample(message) {
      const value = valueOf(data, message.name);
      if (value === undefined) return;
      message.value = value;
      message.isIntervened = true;
      message.isObserved = true;
      message.mask = false;
    },
  },
}));

/** Pyro's name for `intervene` (`do` is a keyword). */
export const do_: typeof intervene = intervene;
