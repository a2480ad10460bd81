import { asTensor, knownValues, type TensorLike } from "../../tensor/mod.ts";
import { handler, type HandlerForms } from "../forms.ts";
import { timesScale } from "../scaling.ts";

/**
 * Multiplies log densities by a number, or a tensor that broadcasts with the batch shapes, as
 * Pyro's `scale`. Data whose weight is 0 count as masked.
 *
 * @example A batch that stands for more
 * ```ts
 * import { factor, logDensity, scale } from "@pyrosaur/pyrosaur/ppl";
 * import assert from "node:assert/strict";
 *
 * const model = () => factor("batch", -3);
 * const { logDensity: scaled } = logDensity(scale(model, 10), [], {});
 * assert.equal(scaled.dataSync()[0], -30);
 * ```
 */
export const scale: HandlerForms<[scale: TensorLike]> = handler("scale", (given) => {
  const scale = typeof given === "number" ? given : asTensor(given);
  const values = typeof scale === "number" ? [scale] : knownValues(scale) ?? [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] >= 0) continue;
    throw new Error(`Cannot scale log densities by ${values[i]}: expected a number that is not negative`);
  }
  return {
    process: {
      sample(message) {
        message.scale = timesScale(message.scale, scale);
      },
    },
  };
});
