import { asTensor, type TensorLike, tf } from "../tensor/mod.ts";
import { Unit } from "../distributions/mod.ts";
import { sample } from "./sample.ts";

/**
 * Adds a term to the log density, as Pyro's `factor`: an observed site with the `Unit`
 * distribution.
 *
 * @example A term of the log density
 * ```ts
 * import { factor, logDensity } from "@pyrosaur/pyrosaur/ppl";
 * import assert from "node:assert/strict";
 *
 * const { logDensity: density } = logDensity(() => factor("penalty", -2.5), [], {});
 * assert.equal(density.dataSync()[0], -2.5);
 * ```
 */
export function factor(name: string, logFactor: TensorLike): void {
  const term = asTensor(logFactor);
  sample(name, new Unit(term), { obs: tf.fill([...term.shape, 0], 0) });
}
