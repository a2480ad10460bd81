import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import { stopGradient } from "../../compile/mod.ts";
import { around, enter, type Handler, replay, seed, trace } from "../../ppl/mod.ts";
import { constant, isTensor, type Key, mapTree, special, type Tensor } from "../../tensor/mod.ts";
import type { LossFunction } from "./loss.ts";
import { checkCount, particleOptionNames, type ParticleOptions, weighParticles } from "./particles.ts";
import { tracePair, withModel } from "./traces.ts";

/** Options of `ReweightedWakeSleep`. */
export interface ReweightedWakeSleepOptions extends ParticleOptions {
  /** The number of draws from the guide that are weighed, at least 2 (default 2). */
  numParticles?: number;
  /** The share of wake in the guide's loss: 1 for wake only (default), 0 for sleep only. */
  insomnia?: number;
  /** The number of draws from the model of one sleep (default: as `numParticles`). */
  numSleepParticles?: number;
  /** False where the model has no parameters: pure sleep draws nothing else then (default true). */
  modelHasParams?: boolean;
  /**
   * For sleep: returns the guide's arguments with data that the model has dreamt, by the names of
   * the observed sites, in place of the data.
   */
  dreamArgs?: (observations: Record<string, Tensor>, args: readonly unknown[]) => readonly unknown[];
}

const optionNames: OptionNames<ReweightedWakeSleepOptions> = {
  ...particleOptionNames,
  insomnia: true,
  numSleepParticles: true,
  modelHasParams: true,
  dreamArgs: true,
};

/**
 * Reweighted wake-sleep (Bornschein and Bengio 2015; Le et al. 2019), as Pyro's
 * ReweightedWakeSleep: the model's parameters follow the importance-weighted bound of K draws from
 * the guide (wake-theta), which is the value; the guide's the log density of these draws weighed by
 * the posterior (wake-phi), of draws that the model dreams (sleep-phi), or of both. No gradient
 * flows through draws, so that they need not be reparameterised, and the guide comes to cover the
 * posterior. All data are one set: in a plate that subsamples, the gradient is biased.
 *
 * @example A guide learns the posterior from dreams
 * ```ts
 * import { adam, constraints, key, Normal, param, ReweightedWakeSleep } from "@pyrosaur/pyrosaur";
 * import { sample, SVI, type Tensor, tf } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * function model(x: Tensor) {
 *   sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: x });
 * }
 * function guide(x: Tensor) {
 *   const scale = param("scale", 1, { constraint: constraints.positive });
 *   sample("z", new Normal(param("slope", 0).mul(x), scale));
 * }
 * const loss = new ReweightedWakeSleep({ insomnia: 0, dreamArgs: ({ x }) => [x] });
 * const svi = new SVI(model, guide, adam({ lr: 0.01 }), loss);
 * const { params } = await svi.run(key(0), 1500, [tf.scalar(2)]);
 * assert.ok(Math.abs(params.slope.dataSync()[0] - 0.5) < 0.1);
 * assert.ok(Math.abs(params.scale.dataSync()[0] - Math.sqrt(0.5)) < 0.1);
 * ```
 */
export class ReweightedWakeSleep {
  /** The loss as a function, a scalar that `grad` differentiates. */
  readonly loss: LossFunction;

  /**
   * Makes the loss.
   *
   * @param options how many particles (default 2), whether they are vectorised (default false), and
   * the share of wake (default 1)
   * @throws Error for options out of range, and for sleep without `dreamArgs`; when run, for sleep
   * with a guide whose sites are not the model's own.
   */
  constructor(readonly options: ReweightedWakeSleepOptions = {}) {
    checkOptions("make ReweightedWakeSleep", options, optionNames);
    const { insomnia = 1, numParticles = 2, numSleepParticles = numParticles, modelHasParams = true } =
      options;
    const { vectorizeParticles, dreamArgs } = options;
    if (!(insomnia >= 0 && insomnia <= 1)) {
      throw new Error(
        `Cannot make ReweightedWakeSleep: insomnia is ${shown(insomnia)}, expected a number from 0 to 1`,
      );
    }
    checkCount("ReweightedWakeSleep", numParticles, 2);
    checkCount("ReweightedWakeSleep", numSleepParticles, 1);
    if (insomnia < 1 && typeof dreamArgs !== "function") {
      throw new Error(
        "Cannot make ReweightedWakeSleep: sleep needs dreamArgs, which gives the guide data that the model has dreamt, " +
          "such as ({ x }) => [x]",
      );
    }
    const isAwake = insomnia > 0 || modelHasParams;
    this.loss = (key, model, guide, args) => {
      const [forWake, forSleep] = key.split(2);
      const wake = isAwake &&
        awake({ numParticles, vectorizeParticles }, forWake, model, guide, args);
      const sleep = insomnia < 1 &&
        asleep(
          { numParticles: numSleepParticles, vectorizeParticles },
          dreamArgs!,
          forSleep,
          model,
          guide,
          args,
        );
      const parts = [
        wake && insomnia > 0 && wake.phi.mul(constant(insomnia)),
        sleep && sleep.mul(constant(1 - insomnia)),
      ];
      const phi = parts.filter((part) => part !== false).reduce((a, b) => a.add(b));
      return wake ? wake.theta.add(phi.sub(stopGradient(phi))) : phi;
    };
  }
}

type Rest = [
  model: Parameters<LossFunction>[1],
  guide: Parameters<LossFunction>[2],
  args: readonly unknown[],
];

/** The handler that takes the derivative from values that are given. */
const given: Handler = {
  label: "ReweightedWakeSleep",
  // Sites of automatic guides are the model's own then.
  keepsDistributions: true,
  process: {
    sample(message) {
      if (!message.isObserved && message.value) message.value = stopGradient(message.value);
    },
  },
};

/** Returns minus the bound of the model, and the guide's loss of its draws, weighed. */
function awake(particles: ParticleOptions, key: Key, ...rest: Rest): { theta: Tensor; phi: Tensor } {
  const [model, guide, args] = rest, count = particles.numParticles!;
  const { joint, own } = weighParticles(particles, key, ...rest, (k, total) => {
    const drawn = tracePair(k, ...rest).guide;
    using _given = enter(given);
    const again = trace(seed(replay(guide, { trace: drawn }), k)).get(...args);
    const pair = withModel(again, k.foldIn(1), model, args);
    return { joint: total(pair.model.sampleSites), own: total(pair.guide.stochasticSites) };
  });
  const weights = joint.sub(stopGradient(own)), sum = special.logsumexp(weights, -1);
  const shares = stopGradient(weights.sub(sum).exp());
  return { theta: sum.sub(constant(Math.log(count))).neg(), phi: shares.mul(own).sum().neg() };
}

/** Returns the guide's loss of draws from the model, whose data are drawn too. */
function asleep(
  particles: ParticleOptions,
  dreamArgs: NonNullable<ReweightedWakeSleepOptions["dreamArgs"]>,
  key: Key,
  ...rest: Rest
): Tensor {
  const [model, guide, args] = rest;
  const { own } = weighParticles(particles, key, ...rest, (k, total) => {
    const [forModel, forGuide] = k.split(2), observed = new Set<string>();
    const dreaming: Handler = {
      label: "ReweightedWakeSleep",
      process: {
        sample(message) {
          if (!message.isObserved) return;
          observed.add(message.name);
          message.isObserved = false;
          message.value = undefined;
        },
      },
    };
    const dream = trace(seed(around(model, () => dreaming), forModel)).get(...args);
    const data = mapTree(
      Object.fromEntries([...observed].map((name) => [name, dream.value(name)])),
      isTensor,
      stopGradient,
    );
    using _given = enter(given);
    const run = trace(seed(replay(guide, { trace: dream }), forGuide)).get(
      ...dreamArgs(data as Record<string, Tensor>, args),
    );
    const other = run.stochasticSites.find(({ name }) => !dream.sites.has(name) || observed.has(name));
    if (other) {
      throw new Error(
        `Cannot sleep: site "${other.name}" of the guide is none of the model's latent sites, whose dreams it cannot score; use ` +
          "AutoNormal or a guide written by hand, or insomnia: 1",
      );
    }
    return { own: total(run.stochasticSites) };
  });
  return own.mean().neg();
}
