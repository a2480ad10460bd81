import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import { stopGradient } from "../../compile/mod.ts";
import type { SampleSite } from "../../ppl/mod.ts";
import { constant, special, type Tensor, tf } from "../../tensor/mod.ts";
import { perMember } from "./log_weights.ts";
import type { LossFunction } from "./loss.ts";
import { checkCount, eachParticle, inParticles, type ParticleOptions } from "./particles.ts";
import { particleOptionNames, PARTICLES } from "./particles.ts";
import { costsOf, scoreSites } from "./score.ts";
import { type TracePair, tracePair } from "./traces.ts";

/** Options of `RenyiELBO`. */
export interface RenyiOptions extends ParticleOptions {
  /**
   * The order of the divergence (default 0, the importance-weighted bound); any number but 1. At
   * least 0 for a lower bound of the evidence, and the nearer to 0 the tighter.
   */
  alpha?: number;
  /** The number of samples that a bound is made of, at least 2 (default 2). */
  numParticles?: number;
}

const optionNames: OptionNames<RenyiOptions> = { ...particleOptionNames, alpha: true };

/**
 * The negative variational Renyi bound (Li and Turner, "Renyi divergence variational inference",
 * 2016), as Pyro's RenyiELBO: minus log mean exp((1 - alpha) w) / (1 - alpha), where w is
 * log p(x, z) - log q(z) of each particle. With `alpha: 0` that is the bound of importance-weighted
 * autoencoders (Burda et al. 2016).
 *
 * Its gradient is that of the expectation of this bound of K particles, whose draws need not be
 * reparameterised: where they are not, the score of each is multiplied by what the bound gains by
 * that particle over the geometric mean of the others (VIMCO; Mnih and Rezende, "Variational
 * inference for Monte Carlo objectives", 2016). The logarithm is of all data at once: in a plate
 * that subsamples, its gradient is biased.
 *
 * @example The loss of an exact guide is minus the log evidence, whatever alpha is
 * ```ts
 * import { Normal, RenyiELBO, sample } from "@pyrosaur/pyrosaur";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: 2 });
 * const guide = () => void sample("z", new Normal(1, Math.sqrt(0.5)));
 * const elbo = new RenyiELBO({ alpha: 0.5, numParticles: 10 });
 * const [loss] = elbo.loss(random.key(0), model, guide, []).dataSync();
 * assert(Math.abs(loss - (1 + Math.log(4 * Math.PI) / 2)) < 1e-5);
 * ```
 */
export class RenyiELBO {
  /** The loss as a function, a scalar that `grad` differentiates. */
  readonly loss: LossFunction;

  /**
   * Makes the loss.
   *
   * @param options the order `alpha` (default 0), how many particles (default 2), and whether they
   * are vectorised (default false)
   * @throws Error where `alpha` is 1, the limit that is `TraceELBO`, or no number, and unless
   * `numParticles` is an integer of at least 2.
   */
  constructor(readonly options: RenyiOptions = {}) {
    checkOptions("make RenyiELBO", options, optionNames);
    const { alpha = 0, numParticles: count = 2, vectorizeParticles = false } = options;
    if (!(typeof alpha === "number" && Number.isFinite(alpha)) || alpha === 1) {
      const why = alpha === 1
        ? "any other number; in the limit of 1 the bound is that of TraceELBO"
        : "a number";
      throw new Error(`Cannot make RenyiELBO: alpha is ${shown(alpha)}, expected ${why}`);
    }
    checkCount("RenyiELBO", count, 2);
    this.loss = (key, model, guide, args) =>
      vectorizeParticles
        ? inParticles(count, model, guide, args, () => {
          const sum = (term: Tensor, site: SampleSite) => perMember(term, site, [PARTICLES]);
          return negativeBound(termsOf(tracePair(key, model, guide, args), sum), alpha, count);
        })
        : negativeBound(
          eachParticle(count, key, (k) => termsOf(tracePair(k, model, guide, args), (term) => term.sum())),
          alpha,
          count,
        );
  }
}

/** The log weight of a particle, and the score of its draws that are not reparameterised. */
type Terms = { readonly weight: Tensor; readonly score?: Tensor };

/** Adds up the terms of particles, of which `sum` sums each. */
function termsOf(traces: TracePair, sum: (term: Tensor, site: SampleSite) => Tensor): Terms {
  const weights = costsOf(traces).map(({ site, sign }) =>
    sign === 1 ? sum(site.logProb, site) : sum(site.logProb, site).neg()
  );
  const scores = scoreSites(traces.guide).map((site) => sum(site.unscaledLogProb(), site));
  const total = (terms: Tensor[]) => terms.reduce((a, b) => a.add(b));
  const weight = weights.length === 0 ? constant(0) : total(weights);
  return scores.length === 0 ? { weight } : { weight, score: total(scores) };
}

/** Returns the bound of some particles `[K]`, negative, with the gradient of its expectation. */
function negativeBound({ weight, score }: Terms, alpha: number, count: number): Tensor {
  const bound = (weights: Tensor) =>
    special.logsumexp(weights.mul(constant(1 - alpha)), -1).sub(constant(Math.log(count)))
      .mul(constant(1 / (1 - alpha)));
  const value = bound(weight);
  if (!score) return value.neg();
  // For each particle the bound with the mean of the others in its place.
  const others = tf.eye(count).equal(0), all = stopGradient(weight).expandDims(0);
  const mean = tf.where(others, all, constant(0)).sum(1, true).mul(constant(1 / (count - 1)));
  const gain = stopGradient(value).sub(bound(tf.where(others, all, mean)));
  return value.add(score.sub(stopGradient(score)).mul(gain).sum()).neg();
}
