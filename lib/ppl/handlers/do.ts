import { handler, type HandlerForms } from "../forms.ts";
import { checkNamedValues, GivenNames, type NamedValues, namesOf, valueOf } from "../named_values.ts";

/**
 * Sets sites to values by intervention, as Pyro's `do`: the model goes on with the value, whatever
 * the site's distribution says; traces outside still hold the site as it would have been.
 *
 * @throws Error, around a function, for a name that none of its sites has had.
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
export const intervene: HandlerForms<[data: NamedValues]> = handler("do", (data) => {
  checkNamedValues("intervene", data);
  const given = new GivenNames("intervene on", namesOf(data));
  return {
    returned: () => given.check(),
    process: { any: (message) => given.meet(message) },
    // On the way back: handlers outside have recorded the site as it was, those inside and the
    // model see the intervention.
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
  };
});

/** Pyro's name for `intervene` (`do` is a keyword). */
export const do_: typeof intervene = intervene;
