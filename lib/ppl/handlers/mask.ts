import { asTensor, type TensorLike } from "../../tensor/mod.ts";
import { handler, type HandlerForms } from "../forms.ts";
import { andMask } from "../scaling.ts";

/**
 * Makes log densities 0 where the mask, broadcast with the batch shape, is false, as Pyro's `mask`.
 * Masks of numbers hide where they are 0. Observations that are hidden may be anything, as NaN:
 * they are not checked, and reach neither the density nor its derivatives.
 *
 * @example Missing data
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { mask, sample, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("x", new Normal(tf.zeros([2]), 1), { obs: [1, NaN] });
 * const present = tf.tensor([true, false], [2], "bool");
 * const [found, missing] = trace(mask(model, present)).get().sampleSite("x").logProb.dataSync();
 * assert(found < 0 && missing === 0);
 * ```
 */
export const mask: HandlerForms<[mask: TensorLike | readonly boolean[]]> = handler("mask", (given) => {
  const mask = typeof given === "boolean" ? given : asTensor(given as TensorLike);
  return {
    process: {
      sample(message) {
        message.mask = andMask(message.mask, mask);
      },
    },
  };
});
