import { type AnyFunction, block, prngKey, substitute } from "../../ppl/mod.ts";
import { constant, type Tensor, tf } from "../../tensor/mod.ts";

/**
 * Makes the mixture of a guide's distributions at the parameters of all particles, each as likely
 * as the others, as NumPyro's `MixtureGuidePredictive`: a guide without parameters of its own, for
 * `Predictive` and `Importance`'s draws.
 *
 * @param params the parameters, particles first, as `SteinVI.run` returns them
 *
 * @example Two modes
 * ```ts
 * import { key, mixtureGuide, Normal, param, Predictive, sample, tf } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("z", new Normal(0, 9));
 * const guide = () => sample("z", new Normal(param("loc", tf.scalar(0)), 0.1));
 * const both = mixtureGuide(guide, { loc: tf.tensor([-5, 5]) });
 * const { z } = await new Predictive(model, { guide: both, params: {}, numSamples: 50 })(key(0));
 * assert.ok(Array.from(z.dataSync()).every((x) => Math.abs(Math.abs(x) - 5) < 1));
 * ```
 */
export function mixtureGuide(guide: AnyFunction, params: Readonly<Record<string, Tensor>>): AnyFunction {
  const all = Object.entries(params), counts = new Set(all.map(([, { shape }]) => shape[0] ?? 0));
  const [count] = counts;
  if (counts.size !== 1 || !count) {
    const found = all.map(([name, { shape }]) => `"${name}" [${shape}]`).join(", ") || "none";
    throw new Error(
      `Cannot make mixtureGuide: the parameters are ${found}, expected as many particles in each, first`,
    );
  }
  return (...args) => {
    const u = prngKey("mixtureGuide")!.draw("uniform", []).mul(constant(count)).floor();
    const chosen = u.minimum(constant(count - 1)).cast("int32");
    const data = Object.fromEntries(all.map(([name, value]) => [name, tf.gather(value, chosen)]));
    const own = block(substitute(guide, { data }), { hideFn: ({ type }) => type === "param" });
    return own(...args);
  };
}
