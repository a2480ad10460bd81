import { stopGradient } from "../../compile/mod.ts";
import { isValidationEnabled } from "../../distributions/mod.ts";
import { checkShapes, enter, enumerate, replay, type SampleSite, seed, trace } from "../../ppl/mod.ts";
import type { AnyFunction, Trace } from "../../ppl/mod.ts";
import { constant, type Key, special, type Tensor, tf } from "../../tensor/mod.ts";
import { apartFrom } from "../checks/names.ts";
import {
  aligned,
  eachAssignment,
  eliminate,
  type Elimination,
  type Factor,
  Factors,
  firstDim,
  GuideProbabilities,
  productOver,
  totalOf,
  unionOf,
  weighed,
} from "../enum/mod.ts";
import { checkMatch } from "./match.ts";
import { scoreSites } from "./score.ts";
import { Detach } from "./traces.ts";

/**
 * Returns minus the evidence lower bound, exact in the sites that guide and model enumerate: those
 * of the model are summed out, over those of the guide the expectation is taken.
 */
export function negativeEnumeratedELBO(
  key: Key,
  model: AnyFunction,
  guide: AnyFunction,
  args: readonly unknown[],
): Tensor {
  const firstAvailableDim = firstDim([guide, model], args), [forGuide, forModel] = key.split(2);
  const runs = eachAssignment(guide, (fn) => {
    using _detached = enter(new Detach());
    const all = enumerate(fn, { firstAvailableDim, isApart: true });
    return trace(seed(all, forGuide)).get(...args);
  });
  return runs.map((run) => {
    const elbo = elboOf(run, model, args, { key: forModel, firstAvailableDim });
    if (runs.length === 1) return elbo.neg();
    const probability = sequentialLogProb(run).exp(), isNever = probability.equal(constant(0));
    return probability.mul(tf.where(isNever, constant(0), elbo)).neg();
  }).reduce((a, b) => a.add(b));
}

/** The log probability of the values that a run was given one after the other. */
function sequentialLogProb(run: Trace): Tensor {
  const sites = run.sampleSites.filter((site) => site.infer.enumerate === "sequential" && !site.isObserved);
  return sites.map((site) => site.distribution.logProb(site.value).sum()).reduce(
    (a, b) => a.add(b),
    constant(0),
  );
}

interface ModelRun {
  readonly key: Key;
  readonly firstAvailableDim: number;
}

/** Returns the lower bound of one run of the guide. */
function elboOf(guideRun: Trace, model: AnyFunction, args: readonly unknown[], at: ModelRun): Tensor {
  const guide = new Factors(guideRun, undefined, true), { firstAvailableDim } = at;
  const replayed = replay(apartFrom(guideRun, model), { trace: guideRun });
  const runs = eachAssignment(replayed, (fn) => {
    const all = enumerate(fn, { firstAvailableDim, taken: guide.variables });
    return trace(seed(all, at.key)).get(...args);
  });
  if (isValidationEnabled()) check(runs, guideRun, guide);
  const bounds = runs.map((run) => bound(run, guideRun, guide));
  if (bounds.length === 1) return bounds[0];
  if (guide.variables.length > 0) refuseMixed(guide.variables[0].name);
  return special.logsumexp(tf.stack(bounds) as Tensor);
}

function check(runs: readonly Trace[], guideRun: Trace, guide: Factors): void {
  for (const run of runs) checkMatch(run, guideRun, true);
  if (guide.variables.length > 0) return;
  guideRun.logProbSum();
  checkShapes(guideRun);
}

function refuseMixed(name: string): never {
  throw new Error(
    `Cannot sum out sites of the model one after the other where the guide enumerates "${name}": the expectation over it does ` +
      'not factorise; enumerate those of the model in parallel (infer: { enumerate: "parallel" })',
  );
}

function bound(run: Trace, guideRun: Trace, guide: Factors): Tensor {
  const model = new Factors(run, guide), { weights, plates, variables, chains } = model;
  const elimination = eliminate({ factors: model.factors, weights, plates, variables, chains });
  checkSubsampled(elimination, model);
  const scored = new Set(scoreSites(guideRun).filter((site) => !site.enumerated?.own && !isSequential(site)));
  const probabilities = guide.variables.length > 0 ? new GuideProbabilities(guide) : undefined;
  const costs = [
    ...elimination.terms,
    ...guide.factors.map((factor) => negated(factor)),
  ].map((term) => probabilities?.expected(term) ?? term);
  const counted = ({ mask }: SampleSite) => mask !== false;
  const plain = guide.plain.filter(counted), ofModel = model.plain.filter(counted);
  const parts = [
    ...totalOf(costs),
    ...ofModel.map((site) => site.logProbSum),
    ...plain.filter((site) => !scored.has(site)).map((site) => site.logProbSum.neg()),
  ];
  const elbo = parts.reduce((a, b) => a.add(b), constant(0));
  if (scored.size === 0) return elbo;
  const detached = [...scored].map((site) => site.logProbSum).reduce((a, b) => a.add(b));
  const all = [
    ...costs,
    ...ofModel.map((site) => plainFactor(site, model)),
    ...plain.map((site) => negated(plainFactor(site, guide))),
  ];
  const scores = [...scored].map((site) => scoreOf(site, all, guide)).reduce((a, b) => a.add(b));
  return elbo.sub(stopGradient(detached)).add(scores);
}

const isSequential = (site: SampleSite): boolean => site.infer.enumerate === "sequential";

/** Throws where members that are drawn by chance stand below a sum, whose logarithm they bias. */
function checkSubsampled({ below }: Elimination, model: Factors): void {
  for (const { variables, plates } of below) {
    const drawn = plates.find(({ name }) => model.isDrawn(name));
    if (!drawn) continue;
    throw new Error(
      `Cannot sum out site "${variables[0].name}": plate "${drawn.name}" below it takes part of its ` +
        "members at a time, and the logarithm of a sum is not estimated without bias from part of its terms; let the plate " +
        "take all members, give them as { subsample }, or enumerate the site in the guide",
    );
  }
}

function negated(factor: Factor): Factor {
  return { ...factor, table: { ...factor.table, tensor: factor.table.tensor.neg() } };
}

/** Returns the log density of a site that depends on no enumerated one as a factor. */
function plainFactor(site: SampleSite, factors: Factors): Factor {
  return {
    table: factors.named(site.logProb, site),
    plates: factors.platesAround(site),
    weight: 1,
    sites: [site.name],
  };
}

/** Returns the score-function term of a site: 0 in value, with the gradient of the expectation. */
function scoreOf(site: SampleSite, costs: readonly Factor[], guide: Factors): Tensor {
  const own = guide.platesAround(site);
  if (site.enumerated && guide.named(site.unscaledLogProb(), site).axes.some((axis) => "values" in axis)) {
    throw new Error(
      `Cannot estimate the gradient of site "${site.name}" of the guide: it is not reparameterised and depends on an ` +
        "enumerated site; enumerate it too, or draw both",
    );
  }
  const cost = costs.map((term) => {
    const all = { ...term, table: weighed(term.table, term.weight), weight: 1 };
    return productOver(all, [...term.plates].filter((plate) => !own.has(plate))).table;
  });
  const score = guide.named(site.unscaledLogProb(), site);
  return cost.map((term) => {
    const axes = unionOf([score, term]), density = aligned(score, axes);
    return density.sub(stopGradient(density)).mul(stopGradient(aligned(term, axes))).sum();
  }).reduce((a, b) => a.add(b));
}
