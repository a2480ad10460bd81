import { maskOut, tryKlDivergence } from "../../distributions/mod.ts";
import { type AnyFunction, enter, type Handler, type SampleSite, type StackedTerms } from "../../ppl/mod.ts";
import { constant, type Key, type Tensor } from "../../tensor/mod.ts";
import type { LossFunction } from "./loss.ts";
import { averageOver, checkParticles, type ParticleOptions } from "./particles.ts";
import { tracePair } from "./traces.ts";

/**
 * The negative evidence lower bound with the divergence of each latent site in closed form where
 * one is registered, as Pyro's TraceMeanField_ELBO: less variance, for guides whose sites are
 * independent and reparameterised.
 */
export class TraceMeanFieldELBO {
  /** The loss as a function, a scalar that `grad` differentiates. */
  readonly loss: LossFunction;

  /**
   * Makes the loss.
   *
   * @param options how many particles (default 1), and whether they are vectorised (default false)
   * @throws Error unless `numParticles` is a positive integer; when run, for a guide's site that is
   * not reparameterised and whose divergence has no closed form.
   */
  constructor(readonly options: ParticleOptions = {}) {
    checkParticles("TraceMeanFieldELBO", options);
    this.loss = averageOver(options, negativeELBO);
  }
}

function negativeELBO(key: Key, model: AnyFunction, guide: AnyFunction, args: readonly unknown[]): Tensor {
  const traces = keeping(() => tracePair(key, model, guide, args));
  const terms: Tensor[] = [];
  const paired = new Set<SampleSite>();
  for (const site of traces.guide.stochasticSites) {
    if (site.mask === false) continue;
    const prior = traces.model.sites.get(site.name);
    const q = termsOf(site), p = prior?.type === "sample" ? termsOf(prior) : undefined;
    const kl = q && p && tryKlDivergence(q.distribution, p.distribution);
    if (kl && prior?.type === "sample") {
      paired.add(prior);
      // Within a loop sites have masks and scales of their own, besides those around it.
      terms.push(weighted(site.scanned ? weighted(kl, q) : kl, site).sum());
    } else if (site.distribution.hasRsample) terms.push(site.logProbSum);
    else {
      throw new Error(
        `Cannot use TraceMeanFieldELBO: site "${site.name}" (${site.distribution.name}) has neither reparameterised draws nor a ` +
          "divergence in closed form; use TraceELBO",
      );
    }
  }
  const likelihood = traces.model.logProbSum((site) => !paired.has(site));
  return terms.reduce((a, b) => a.add(b), likelihood.neg());
}

function keeping<T>(body: () => T): T {
  using _keeper = enter(keeper);
  return body();
}

/** Returns the terms of a site: of one in a loop, where they could be kept, those of all steps. */
const termsOf = (site: SampleSite): StackedTerms | undefined =>
  site.scanned ? site.mask === false ? undefined : site.scanned.terms : site;

/** The handler that has sites of loops and of automatic guides keep their distributions. */
const keeper: Handler = { label: "TraceMeanFieldELBO", keepsDistributions: true };

/** Masks and scales a term of each batch member as a site does. */
function weighted(term: Tensor, { mask, scale }: StackedTerms): Tensor {
  const masked = maskOut(term, mask);
  return scale === 1 ? masked : masked.mul(typeof scale === "number" ? constant(scale) : scale);
}
