import { stopGradient } from "../../compile/mod.ts";
import type { Influence } from "../../compile/internals.ts";
import type { SampleSite, Trace } from "../../ppl/mod.ts";
import { broadcastTo } from "../../distributions/mod.ts";
import { type Tensor, tf } from "../../tensor/mod.ts";
import type { TracePair } from "./traces.ts";

/** A term of an ELBO: log p of a site of the model (sign 1), or -log q of one of the guide. */
export interface Cost {
  readonly site: SampleSite;
  readonly sign: 1 | -1;
}

/** Returns the terms of an ELBO, the model's first. */
export const costsOf = ({ model, guide }: TracePair): Cost[] =>
  [
    ...model.sampleSites.map((site): Cost => ({ site, sign: 1 })),
    ...guide.sampleSites.map((site): Cost => ({ site, sign: -1 })),
  ].filter(({ site }) => site.mask !== false);

/** Returns the guide's sites whose draws carry no derivative. */
export function scoreSites(guide: Trace): SampleSite[] {
  return guide.stochasticSites.filter((site) => !site.distribution.hasRsample && site.mask !== false);
}

/**
 * Returns the negative ELBO of two traces, with the gradient of its expectation: a site that is not
 * reparameterised has a score-function (REINFORCE) term.
 *
 * @param scoreTerm the term of such a site: a scalar of value 0
 */
export function negativeELBO(
  traces: TracePair,
  scoreTerm: (site: SampleSite, costs: readonly Cost[]) => Tensor,
): Tensor {
  // The expectation of a score is 0: its sample would only add variance.
  const sites = scoreSites(traces.guide), scored = new Set(sites);
  const elbo = traces.model.logProbSum().sub(traces.guide.logProbSum((site) => !scored.has(site)));
  if (sites.length === 0) return elbo.neg();
  const detached = traces.guide.logProbSum((site) => scored.has(site)), costs = costsOf(traces);
  const terms = sites.map((site) => scoreTerm(site, costs)).reduce((a, b) => a.add(b));
  return elbo.sub(stopGradient(detached)).add(terms).neg();
}

/** Returns 0, with the derivative of the score of a site times a constant cost. */
export function scoreTimes(site: SampleSite, cost: Tensor): Tensor {
  const score = site.unscaledLogProb();
  return score.sub(stopGradient(score)).mul(stopGradient(cost)).sum();
}

/**
 * Sums the costs that each number of a site's score is multiplied by, in an order of axes that
 * broadcasts with it: over all axes but those of plates that a cost shares with the site, as Pyro's
 * Trace_ELBO; over the steps of loops from the draw's own on, where a draw reaches no others.
 *
 * @param reach the way in which a cost depends on the site (default: anyhow)
 */
export function costAt(
  site: SampleSite,
  costs: readonly Cost[],
  reach: (cost: Cost) => Influence = () => "any",
): Tensor {
  return costs.flatMap((cost) => {
    const how = reach(cost);
    if (how === "none") return [];
    const kept = how === "any" ? sumOutside(cost.site, site) : sumSteps(cost.site, site, how === "backwards");
    return [cost.sign === 1 ? kept : kept.neg()];
  }).reduce((a, b) => a.add(b));
}

/** Returns a cost in the batch shape of a site. */
export function atSite(cost: Tensor, { shape, rank }: Tensor): Tensor {
  // What lies left of the site's axes has been summed.
  const own = cost.rank > rank ? cost.reshape(cost.shape.slice(cost.rank - rank)) : cost;
  return broadcastTo(own, shape);
}

/** Returns the axes, from the left, of the log density of a site that another has no plate for. */
function axesOutside(site: SampleSite, other: SampleSite): number[] {
  const { shape, rank } = site.logProb;
  const shared = new Set(
    site.plates.filter((p) => other.plates.some((q) => q.name === p.name)).map((p) => p.dim),
  );
  return shape.map((_, i) => i).filter((i) => !shared.has(i - rank));
}

/** Sums the log density of a site over all axes but those of plates that it shares with another. */
function sumOutside(site: SampleSite, other: SampleSite): Tensor {
  const axes = axesOutside(site, other);
  return axes.length === 0 ? site.logProb : site.logProb.sum(axes, true);
}

/** Does the same, but that the steps of loops stay: each has the sum from it on, or up to it. */
function sumSteps(site: SampleSite, other: SampleSite, upTo: boolean): Tensor {
  const axes = axesOutside(site, other).filter((i) => i > 0), { rank } = other.logProb;
  const each = axes.length === 0 ? site.logProb : site.logProb.sum(axes, true);
  // Axes of plates count from the right: between them and the steps both have as many.
  const [steps, ...rest] = each.shape, more = rank - each.rank;
  const batch = more > 0 ? [...Array(more).fill(1), ...rest] : rest.slice(-more);
  return tf.cumsum(each, 0, false, !upTo).reshape([steps, ...batch]);
}
