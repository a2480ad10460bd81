import { stopGradient } from "../../compile/mod.ts";
import type { SampleSite, Trace } from "../../ppl/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

interface Term {
  readonly site: SampleSite;
  readonly sign: 1 | -1;
}

/** Returns the guide's sites whose draws carry no derivative. */
export function scoreSites(guide: Trace): SampleSite[] {
  return guide.stochasticSites.filter((site) => !site.distribution.hasRsample && site.mask !== false);
}

/**
 * Returns the score-function (REINFORCE) terms of an ELBO: a scalar whose value is 0 and whose
 * gradient is that of the expectation over the sites that are not reparameterised, with the costs
 * that share no plate member with a site left out of its term, as Pyro's Trace_ELBO. Undefined
 * where there are no such sites.
 */
export function scoreTerm(model: Trace, guide: Trace): Tensor | undefined {
  const sites = scoreSites(guide);
  if (sites.length === 0) return undefined;
  const terms: Term[] = [
    ...model.sampleSites.map((site): Term => ({ site, sign: 1 })),
    ...guide.sampleSites.map((site): Term => ({ site, sign: -1 })),
  ].filter(({ site }) => site.mask !== false);
  return sites.map((site) => {
    const cost = terms.map(({ site: other, sign }) => {
      const kept = sumOutside(other, site);
      return sign === 1 ? kept : kept.neg();
    }).reduce((a, b) => a.add(b));
    const score = site.unscaledLogProb();
    // Zero in value; its derivative is that of the score times the cost.
    return score.sub(stopGradient(score)).mul(stopGradient(cost)).sum();
  }).reduce((a, b) => a.add(b));
}

/** Sums the log density of a site over all axes but those of plates that it shares with another. */
function sumOutside(site: SampleSite, other: SampleSite): Tensor {
  const { logProb } = site;
  const shared = new Set(
    site.plates.filter((p) => other.plates.some((q) => q.name === p.name)).map((p) => p.dim),
  );
  const axes = logProb.shape.map((_, i) => i).filter((i) => !shared.has(i - logProb.rank));
  return axes.length === 0 ? logProb : logProb.sum(axes, true);
}
