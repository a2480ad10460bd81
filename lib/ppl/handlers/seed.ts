import { describeNode, Key } from "../../tensor/mod.ts";
import { handler, type HandlerForms } from "../forms.ts";

/**
 * Gives the sites of a model keys to draw with, as NumPyro's `seed`: each takes one half of a
 * split, the next site the other. Every call of the function starts from the same key, so it gives
 * the same values. Without a function: `using _ = seed(key)`.
 *
 * @example Every call draws the same
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { sample, seed } from "@pyrosaur/pyrosaur/ppl";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const draw = seed(() => sample("x", new Normal(0, 1)), random.key(0));
 * assert.deepEqual(draw().dataSync(), draw().dataSync());
 * ```
 */
export const seed: HandlerForms<[key: Key]> = handler("seed", (key) => {
  if (!(key instanceof Key)) {
    throw new Error(`Cannot seed: found ${describeNode(key)}, expected a key, such as key(0)`);
  }
  let rest = key;
  const next = (): Key => {
    const [left, right] = rest.split(2);
    rest = left;
    return right;
  };
  return {
    process: {
      key(message) {
        message.value ??= next();
      },
      sample(message) {
        if (!message.isObserved && message.value === undefined) message.key ??= next();
      },
      param(message) {
        if (message.needsKey && message.value === undefined) message.key ??= next();
      },
      plate(message) {
        if (!message.subsample && message.subsampleSize !== message.size) message.key ??= next();
      },
    },
  };
});
