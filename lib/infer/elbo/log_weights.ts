import type { AnyFunction, SampleSite } from "../../ppl/mod.ts";
import type { Key, Tensor } from "../../tensor/mod.ts";
import { tracePair } from "./traces.ts";

/**
 * Returns the log importance weights log p(x, z) - log q(z) of one draw from the guide, one a
 * member of a plate. Their mean over draws is the ELBO of each member; the log of the mean of K
 * weights is the tighter bound of Burda et al. (2016). In a plate of K around the call, which is
 * named too, they are those of K draws.
 *
 * @param plates the plate whose members are told apart, or several; everything else is summed out
 * @returns shape [members], or one axis a plate, in the order of the plates' own axes
 * @throws Error where a site is not in such a plate, and as `TraceELBO` does where guide and model
 * do not match.
 *
 * @example Two independent members
 * ```ts
 * import { logWeights } from "@pyrosaur/pyrosaur/infer";
 * import { Normal, plate, sample } from "@pyrosaur/pyrosaur";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * function model() {
 *   using _data = plate("data", 2);
 *   sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: [2, 2] });
 * }
 * function guide() {
 *   using _data = plate("data", 2);
 *   sample("z", new Normal(1, Math.sqrt(0.5)));
 * }
 * // The guide is the posterior: every weight is the evidence, Normal(0, sqrt 2)'s density at 2.
 * const weights = logWeights(random.key(0), model, guide, [], "data").dataSync();
 * assert.ok(weights.every((w) => Math.abs(w + 1 + 0.5 * Math.log(4 * Math.PI)) < 1e-5));
 * ```
 */
export function logWeights(
  key: Key,
  model: AnyFunction,
  guide: AnyFunction,
  args: readonly unknown[],
  plates: string | readonly string[],
): Tensor {
  const traces = tracePair(key, model, guide, args), names = [plates].flat();
  const terms = [
    ...traces.model.sampleSites.map((site) => perMember(site.logProb, site, names)),
    ...traces.guide.stochasticSites.map((site) => perMember(site.logProb, site, names).neg()),
  ];
  return terms.reduce((a, b) => a.add(b));
}

/** Sums a term of a site, in its batch shape, for each member of plates. Throws outside of them. */
export function perMember(term: Tensor, site: SampleSite, plates: readonly string[]): Tensor {
  const kept = plates.map((plate) => {
    const frame = site.plates.find(({ name }) => name === plate);
    if (frame) return term.rank + frame.dim;
    throw new Error(`Cannot weigh the members of plate "${plate}": site "${site.name}" is not in it`);
  });
  const axes = term.shape.map((_, i) => i).filter((i) => !kept.includes(i));
  return axes.length > 0 ? term.sum(axes) : term;
}
