import { checkOptions, type OptionNames } from "../system/mod.ts";
import { type Plate, plate } from "./plate.ts";
import type { Context } from "./runtime.ts";

/** Options of `plateStack`. */
export interface PlateStackOptions {
  /** The batch axis of the last size, negative (default -1); the others lie left of it. */
  rightmostDim?: number;
}

const optionNames: OptionNames<PlateStackOptions> = { rightmostDim: true };

/** Plates that have been entered together; `using` leaves them at the end of the block. */
export interface PlateStack extends Context {
  /** The plates, in the order of the sizes. */
  readonly plates: readonly Plate[];
}

/**
 * Enters a plate for each axis of a batch shape, as Pyro's and NumPyro's `plate_stack`: those of
 * sizes [a, b] are named `name_1` and `name_0`, at dims -2 and -1.
 *
 * @param name the beginning of the plates' names
 * @param sizes their sizes, as in a shape: the last one is the innermost axis
 * @throws Error as `plate` does.
 *
 * @example A matrix of independent numbers
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { plateStack, sample, seed } from "@pyrosaur/pyrosaur/ppl";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * function model() {
 *   using _cells = plateStack("cells", [2, 3]);
 *   return sample("x", new Normal(0, 1));
 * }
 * assert.deepEqual(seed(model, random.key(0))().shape, [2, 3]);
 * ```
 */
export function plateStack(name: string, sizes: readonly number[], options?: PlateStackOptions): PlateStack {
  checkOptions(`make plates "${name}"`, options, optionNames);
  const { rightmostDim = -1 } = options ?? {}, entered: Plate[] = [];
  const leave = () => {
    while (entered.length > 0) entered.pop()![Symbol.dispose]();
  };
  try {
    sizes.toReversed().forEach((size, i) =>
      entered.push(plate(`${name}_${i}`, size, { dim: rightmostDim - i }))
    );
  } catch (error) {
    leave();
    throw error;
  }
  return { plates: entered.toReversed(), [Symbol.dispose]: leave };
}
