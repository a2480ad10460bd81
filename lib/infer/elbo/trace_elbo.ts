import type { LossFunction } from "./loss.ts";
import { averageOver, checkParticles, type ParticleOptions } from "./particles.ts";
import { costAt, negativeELBO, scoreTimes } from "./score.ts";
import { tracePair } from "./traces.ts";

/**
 * The negative evidence lower bound, estimated from samples of the guide, as Pyro's Trace_ELBO: the
 * mean over particles of log q(z) - log p(x, z). Draws that are not reparameterised get
 * score-function terms in the gradient.
 *
 * @example The loss of an exact guide is minus the log evidence
 * ```ts
 * import { Normal, sample, TraceELBO } from "@pyrosaur/pyrosaur";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: 2 });
 * const guide = () => void sample("z", new Normal(1, Math.sqrt(0.5)));
 * const elbo = new TraceELBO({ numParticles: 3 });
 * const [loss] = elbo.loss(random.key(0), model, guide, []).dataSync();
 * assert(Math.abs(loss - (1 + Math.log(4 * Math.PI) / 2)) < 1e-5);
 * ```
 */
export class TraceELBO {
  /** The loss as a function, a scalar that `grad` differentiates. */
  readonly loss: LossFunction;

  /**
   * Makes the loss.
   *
   * @param options how many particles (default 1), and whether they are vectorised (default false)
   * @throws Error unless `numParticles` is a positive integer.
   */
  constructor(readonly options: ParticleOptions = {}) {
    checkParticles("TraceELBO", options);
    this.loss = averageOver(options, estimate);
  }
}

const estimate: LossFunction = (key, model, guide, args) =>
  negativeELBO(tracePair(key, model, guide, args), (site, costs) => scoreTimes(site, costAt(site, costs)));
