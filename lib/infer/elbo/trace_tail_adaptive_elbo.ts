import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import { stopGradient } from "../../compile/mod.ts";
import { enter, type Handler, replay, seed, trace } from "../../ppl/mod.ts";
import { constant, type Key, type Tensor } from "../../tensor/mod.ts";
import type { LossFunction } from "./loss.ts";
import { checkCount, particleOptionNames, type ParticleOptions, weighParticles } from "./particles.ts";
import { scoreSites } from "./score.ts";
import { tracePair } from "./traces.ts";

/** Options of `TraceTailAdaptiveELBO`. */
export interface TailAdaptiveOptions extends ParticleOptions {
  /** The power of the tail probability that weighs a particle, at most 0 (default -1). */
  beta?: number;
  /** The number of samples that are ranked, at least 2 (default 2). */
  numParticles?: number;
}

const optionNames: OptionNames<TailAdaptiveOptions> = { ...particleOptionNames, beta: true };

/**
 * The tail-adaptive f-divergence (Wang, Liu and Liu, "Variational inference with tail-adaptive
 * f-divergence", 2018), Pyro's TraceTailAdaptive_ELBO: particles are weighed by the rank of
 * p(x, z) / q(z) among them, those with the largest ratio most, so that the guide comes to cover
 * the posterior's tails without the variance that the ratios themselves would bring. The value is
 * minus the ELBO; the gradient is that of the paper's algorithm, which flows through the draws only
 * (Pyro's flows through the guide's parameters too, and its weights are not those of ranks).
 *
 * @example A guide that is too narrow grows
 * ```ts
 * import { constraints, Normal, Objective, param, sample } from "@pyrosaur/pyrosaur";
 * import { TraceTailAdaptiveELBO, valueAndGrad } from "@pyrosaur/pyrosaur";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("z", new Normal(0, 1));
 * const positive = { constraint: constraints.positive };
 * const guide = () => sample("z", new Normal(0, param("scale", 0.5, positive)));
 * const loss = new TraceTailAdaptiveELBO({ numParticles: 50, vectorizeParticles: true });
 * const objective = new Objective(model, guide, loss);
 * const at = { scale: tf.scalar(Math.log(0.5)) };
 * assert(valueAndGrad(objective.loss)(at, random.key(0)).grad.scale.dataSync()[0] < 0);
 * ```
 */
export class TraceTailAdaptiveELBO {
  /** The loss as a function, a scalar that `grad` differentiates. */
  readonly loss: LossFunction;

  /**
   * Makes the loss.
   *
   * @param options the power `beta` (default -1), how many particles (default 2), and whether they
   * are vectorised (default false)
   * @throws Error where `beta` is above 0 or no number, and unless `numParticles` is an integer of
   * at least 2; when run, for a guide's site that is not reparameterised.
   */
  constructor(readonly options: TailAdaptiveOptions = {}) {
    checkOptions("make TraceTailAdaptiveELBO", options, optionNames);
    const { beta = -1, numParticles: count = 2 } = options;
    if (!(typeof beta === "number" && beta <= 0 && Number.isFinite(beta))) {
      throw new Error(
        `Cannot make TraceTailAdaptiveELBO: beta is ${shown(beta)}, expected a number of at most 0`,
      );
    }
    checkCount("TraceTailAdaptiveELBO", count, 2);
    this.loss = (key, model, guide, args) => {
      const weighed = weighParticles(
        { ...options, numParticles: count },
        key,
        model,
        guide,
        args,
        (k, total) => {
          const traces = throughDraws(k, model, guide, args);
          return { weight: total(traces.model.sampleSites).sub(total(traces.guide.stochasticSites)) };
        },
      );
      return surrogate(weighed.weight, beta);
    };
  }
}

/** Runs guide and model; the guide's density changes with its draws only. */
const throughDraws = (
  key: Key,
  ...[model, guide, args]: Parameters<LossFunction> extends [Key, ...infer Rest] ? Rest : never
) => {
  const traces = tracePair(key, model, guide, args);
  const [site] = scoreSites(traces.guide);
  if (site) {
    throw new Error(
      `Cannot use TraceTailAdaptiveELBO: site "${site.name}" (${site.distribution.name}) is not reparameterised; use RenyiELBO`,
    );
  }
  using _fixed = enter(fixed);
  return {
    model: traces.model,
    guide: trace(seed(replay(guide, { trace: traces.guide }), key)).get(...args),
  };
};

/** The handler that takes the derivative from parameters. */
const fixed: Handler = {
  label: "TraceTailAdaptiveELBO",
  postprocess: {
    param(message) {
      message.value = stopGradient(message.value!);
    },
  },
};

/** Returns minus the mean of log weights `[K]`, with the gradient of the weighted one. */
function surrogate(weights: Tensor, beta: number): Tensor {
  const values = stopGradient(weights);
  // The number of particles whose ratio is at least that of each.
  const rank = values.expandDims(0).greaterEqual(values.expandDims(1)).cast("float32").sum(1);
  const gamma = rank.pow(constant(beta)), sum = gamma.mul(weights).sum().div(gamma.sum());
  return sum.sub(stopGradient(sum)).add(values.mean()).neg();
}
