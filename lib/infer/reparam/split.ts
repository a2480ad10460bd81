import { checkOptions } from "../../system/mod.ts";
import { ImproperUniform, IndependentConstraint } from "../../distributions/mod.ts";
import { factor, sample } from "../../ppl/mod.ts";
import { joined } from "../latent/mod.ts";
import { refuse, type Reparam } from "./reparam.ts";

/**
 * Draws an array in pieces, as Pyro's `SplitReparam`: site `x` becomes computed, the pieces
 * `x_split_0`, `x_split_1` ... end to end, so that a guide or another way may treat each its own
 * way.
 *
 * @param sections the lengths of the pieces
 * @param options `dim`: the event axis, counted from the right (default -1)
 * @throws Error for lengths and an axis that cannot be, and, when it runs, for a support that ties
 * the numbers together, such as the simplex.
 *
 * @example A slow and a fast part
 * ```ts
 * import { key, Normal, reparam, sample, seed, splitReparam, trace } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("x", new Normal(0, 1).expand([5]).toEvent(1));
 * const run = trace(seed(reparam(model, { x: splitReparam([2, 3]) }), key(0))).get();
 * assert.deepEqual(run.stochasticSites.map(({ name }) => name), ["x_split_0", "x_split_1"]);
 * assert.deepEqual(run.value("x").shape, [5]);
 * ```
 */
export function splitReparam(sections: readonly number[], options?: { dim?: number }): Reparam {
  checkOptions("make splitReparam", options, { dim: true });
  const { dim = -1 } = options ?? {}, sum = sections.reduce((a, b) => a + b, 0);
  if (sections.length === 0 || sections.some((size) => !(Number.isSafeInteger(size) && size > 0))) {
    throw new Error(`Cannot make splitReparam: sections are [${sections}], expected positive integers`);
  }
  if (!(Number.isSafeInteger(dim) && dim < 0)) {
    throw new Error(`Cannot make splitReparam: dim is ${dim}, expected a negative integer`);
  }
  return (name, distribution) => {
    const { batchShape, eventShape, support } = distribution, axis = eventShape.length + dim;
    if (eventShape[axis] !== sum) {
      refuse(
        name,
        distribution,
        `${sum} numbers, those of sections, on event axis ${dim} (shape [${eventShape}])`,
      );
    }
    const each = support instanceof IndependentConstraint ? support.base : support;
    if (each.eventDim > 0) refuse(name, distribution, `a support of single numbers, not of ${support}`);
    const parts = sections.map((size, i) => {
      const prior = new ImproperUniform(each, batchShape, eventShape.with(axis, size));
      return sample(`${name}_split_${i}`, prior);
    });
    const whole = joined(parts, parts[0].rank + dim);
    factor(`${name}_factor`, distribution.logProb(whole));
    return whole;
  };
}
