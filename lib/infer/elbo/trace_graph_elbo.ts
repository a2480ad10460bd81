import { type Influence, influences } from "../../compile/internals.ts";
import { isTracing } from "../../compile/mod.ts";
import type { SampleSite } from "../../ppl/mod.ts";
import { isTensor } from "../../tensor/mod.ts";
import type { Optimiser } from "../optim/optimiser.ts";
import { Baselines, followAverages } from "./baselines.ts";
import type { LossFunction } from "./loss.ts";
import { averageOver, checkParticles, type ParticleOptions } from "./particles.ts";
import { atSite, type Cost, costAt, costsOf, negativeELBO, scoreSites, scoreTimes } from "./score.ts";
import { type TracePair, tracePair } from "./traces.ts";

/**
 * The negative evidence lower bound for draws that are not reparameterised and cannot be summed
 * out, as Pyro's TraceGraph_ELBO: its value is that of `TraceELBO`, its gradient has less variance.
 * The score of a draw is multiplied by the costs that depend on it alone (Rao-Blackwellisation;
 * Schulman et al., "Gradient estimation using stochastic computation graphs", 2015), found in the
 * traced graph: within plates those of the same member, within loops those of the same and later
 * steps; and from them the site's baseline is subtracted (Mnih and Gregor, "Neural variational
 * inference and learning in belief networks", 2014), which the guide gives it as
 * `infer: { baseline: { useDecayingAvgBaseline: true } }` or `{ nnBaseline, nnBaselineInput }`.
 *
 * The running mean of costs is a parameter, `__baseline_avg_downstream_cost_NAME`, of the training:
 * `SVI` updates it as the optimiser does the others, but by its own rule.
 *
 * @example Two coins: the score of each meets its own cost alone
 * ```ts
 * import { Bernoulli, constraints, key, param, sample } from "@pyrosaur/pyrosaur";
 * import { adam, SVI, TraceGraphELBO } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const infer = { baseline: { useDecayingAvgBaseline: true } };
 * const model = () => ["a", "b"].forEach((name) => sample(name, new Bernoulli(0.9)));
 * const guide = () =>
 *   ["a", "b"].forEach((name) => {
 *     const probs = param(`p_${name}`, 0.5, { constraint: constraints.unitInterval });
 *     sample(name, new Bernoulli(probs), { infer });
 *   });
 * const svi = new SVI(model, guide, adam({ lr: 0.02 }), new TraceGraphELBO());
 * const { params } = await svi.run(key(0), 1000);
 * assert.ok(Math.abs(params.p_a.dataSync()[0] - 0.9) < 0.05);
 * ```
 */
export class TraceGraphELBO {
  /** The loss as a function, a scalar that `grad` differentiates. */
  readonly loss: LossFunction;

  /**
   * Makes the loss.
   *
   * @param options how many particles (default 1), and whether they are vectorised (default false)
   * @throws Error unless `numParticles` is a positive integer; when run, for a baseline that does
   * not fit its site.
   */
  constructor(readonly options: ParticleOptions = {}) {
    checkParticles("TraceGraphELBO", options);
    this.loss = averageOver(options, estimate);
  }

  /** Returns an optimiser that updates decaying averages by their own rule. */
  wrapOptimiser(optimiser: Optimiser): Optimiser {
    return followAverages(optimiser);
  }
}

const estimate: LossFunction = (key, model, guide, args) => {
  const baselines = new Baselines(), traces = tracePair(key, model, baselines.watch(guide), args);
  const reach = reachOf(traces);
  return negativeELBO(traces, (site, costs) => {
    const cost = atSite(costAt(site, costs, (other) => reach(site, other)), site.logProb);
    const baseline = baselines.at(site, cost);
    if (!baseline) return scoreTimes(site, cost);
    return scoreTimes(site, cost.sub(baseline.value)).sub(baseline.loss);
  });
};

/** Finds how costs depend on draws, in the graph; eagerly, where no gradient is taken, anyhow. */
function reachOf(traces: TracePair): (site: SampleSite, cost: Cost) => Influence {
  const sites = scoreSites(traces.guide), costs = costsOf(traces);
  if (!isTracing() || sites.length === 0) return () => "any";
  const parts = costs.map(({ site: { scanned, logProb, mask, scale } }) =>
    scanned?.logProb ? [scanned.logProb, ...[mask, scale].filter(isTensor)] : [logProb]
  );
  const found = influences(parts.flat(), sites.map(({ value }) => value));
  const table = new Map<SampleSite, Influence[]>();
  costs.forEach(({ site }, c) => {
    const begin = parts.slice(0, c).reduce((n, { length }) => n + length, 0);
    const [own, ...weights] = found.slice(begin, begin + parts[c].length);
    table.set(site, own.map((how, i) => weights.every((weight) => weight[i] === "none") ? how : "any"));
  });
  return (site, cost) => {
    const how = table.get(cost.site)![sites.indexOf(site)];
    // The site's own terms count, whatever their density was computed from.
    return how === "none" && cost.site.name === site.name ? "any" : how;
  };
}
