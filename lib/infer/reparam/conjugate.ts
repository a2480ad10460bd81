import type { Distribution } from "../../distributions/mod.ts";
import { activePlates, factor, fused, prngKey } from "../../ppl/mod.ts";
import { refuse, type Reparam } from "./reparam.ts";

/** Returns a distribution with a draw for each member of the plates around it. */
function withPlates(distribution: Distribution): Distribution {
  const batch = [...distribution.batchShape];
  for (const { frame: { dim, size } } of activePlates()) {
    while (batch.length < -dim) batch.unshift(1);
    batch[batch.length + dim] = size;
  }
  return distribution.expand(batch);
}

/**
 * Draws a site from the distribution that its prior and another make together, as Pyro's
 * `ConjugateReparam`: site `x` becomes computed, weighed by a factor `x_factor`, and the guide has
 * no site for it. Where `guide` is its likelihood, up to a factor, it is drawn from its posterior,
 * and all weights are the evidence; else it may be learned. For `SVI`, `Importance` and
 * `Predictive`: chains have `collapse`.
 *
 * @param guide a distribution of the site's family, Beta, Gamma, Dirichlet or Normal; or a function
 * that makes one when the model runs, which may register parameters
 * @throws Error, when it runs, for other families.
 *
 * @example The probability of 2 heads in 10 tosses
 * ```ts
 * import { Beta, Binomial, conjugateReparam, Importance, key, reparam } from "@pyrosaur/pyrosaur";
 * import { sample } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("n", new Binomial(10, sample("p", new Beta(1, 1))), { obs: 2 });
 * const updated = reparam(model, { p: conjugateReparam(new Beta(1 + 2, 1 + 8)) });
 * const { logEvidence, ess } = await new Importance(updated, { numSamples: 50 }).run(key(0));
 * assert.ok(Math.abs(logEvidence + Math.log(11)) < 1e-4 && ess > 49.9);
 * ```
 */
export function conjugateReparam(guide: Distribution | (() => Distribution)): Reparam {
  return (name, prior) => {
    const other = typeof guide === "function" ? guide() : guide, key = prngKey(`${name}_updated`);
    if (!key) refuse(name, prior, "a model that draws: wrap it in seed(model, key)");
    const updated = withPlates(fused(prior, other));
    const value = updated.rsample(key);
    factor(`${name}_factor`, prior.logProb(value).sub(updated.logProb(value)));
    return value;
  };
}
