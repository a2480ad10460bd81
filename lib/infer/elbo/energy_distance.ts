import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import { maskOut, Unit } from "../../distributions/mod.ts";
import { around, type Handler, replay, type SampleSite, seed, trace } from "../../ppl/mod.ts";
import { constant, type Key, type Tensor, tf } from "../../tensor/mod.ts";
import { apartFrom } from "../checks/names.ts";
import type { LossFunction } from "./loss.ts";
import { checkCount, eachParticle } from "./particles.ts";

/** Options of `EnergyDistance`. */
export interface EnergyDistanceOptions {
  /** The power of distances, above 0 and below 2 (default 1); below 1 for tails as Cauchy's. */
  beta?: number;
  /** The weight of the prior's log density at the guide's draws (default 0: it is not computed). */
  priorScale?: number;
  /** The number of draws of the data, at least 2 (default 2). */
  numParticles?: number;
}

const optionNames: OptionNames<EnergyDistanceOptions> = { beta: true, priorScale: true, numParticles: true };

function fail(why: string): never {
  throw new Error(`Cannot use EnergyDistance: ${why}`);
}

/**
 * The energy distance of the data from those that the model draws at the guide's values, E |X -
 * x|^beta - E |X - X'|^beta / 2 (Szekely and Rizzo 2003; Gneiting and Raftery 2007), as Pyro's
 * `EnergyDistance`: a loss without densities, for models that can only draw, such as of `Stable`.
 * All draws are reparameterised. Distances are over the numbers of all observed sites together,
 * weighed by scales and without what is masked.
 *
 * @example The location and the scale of numbers whose density is never computed
 * ```ts
 * import { adam, constraints, EnergyDistance, key, Normal } from "@pyrosaur/pyrosaur";
 * import { param, plate, sample, Stable, SVI } from "@pyrosaur/pyrosaur";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const data = new Stable(1.7, 0, 0.5, 3).sample(random.key(1), [200]);
 * function model() {
 *   const loc = sample("loc", new Normal(0, 5));
 *   const scale = param("scale", 1, { constraint: constraints.positive });
 *   using _data = plate("data", 200);
 *   sample("x", new Stable(1.7, 0, scale, loc), { obs: data });
 * }
 * const guide = () => void sample("loc", new Normal(param("mean", 0), 0.01));
 * const loss = new EnergyDistance({ numParticles: 4 });
 * const { params } = await new SVI(model, guide, adam({ lr: 0.05 }), loss).run(key(0), 300, []);
 * assert.ok(Math.abs(params.mean.dataSync()[0] - 3) < 0.3);
 * ```
 */
export class EnergyDistance {
  /** The loss as a function, a scalar that `grad` differentiates. */
  readonly loss: LossFunction;

  /**
   * Makes the loss.
   *
   * @param options the power (default 1), the weight of the prior (default 0: none), and how many
   * draws (default 2)
   * @throws Error for options out of range; when run, for a draw that is not reparameterised, for a
   * guide without a latent site of the model, and for a model without data.
   */
  constructor(readonly options: EnergyDistanceOptions = {}) {
    checkOptions("make EnergyDistance", options, optionNames);
    const { beta = 1, priorScale = 0, numParticles: count = 2 } = options;
    const refuse = (what: string, expected: string): never => {
      throw new Error(`Cannot make EnergyDistance: ${what}, expected ${expected}`);
    };
    if (!(beta > 0 && beta < 2)) refuse(`beta is ${shown(beta)}`, "a number above 0 and below 2");
    if (!(priorScale >= 0 && priorScale < Infinity)) {
      refuse(`priorScale is ${shown(priorScale)}`, "a number of at least 0");
    }
    checkCount("EnergyDistance", count, 2);
    // Away from 0, where a root has no slope.
    const power = (squares: Tensor) => squares.sum(1).maximum(constant(1e-30)).pow(constant(beta / 2)).mean();
    this.loss = (key, model, guide, args) => {
      const { drawn, data, prior } = eachParticle(
        count,
        key,
        (k) => drawOnce(k, priorScale > 0, model, guide, args),
      );
      const firsts: number[] = [], seconds: number[] = [];
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < i; j++) firsts.push(i), seconds.push(j);
      }
      const rows = (places: number[]) => tf.gather(drawn, tf.tensor1d(places, "int32"));
      const spread = power(rows(firsts).sub(rows(seconds)).square());
      const distance = power(drawn.sub(data).square()).sub(spread.mul(constant(0.5)));
      return priorScale > 0 ? distance.sub(prior.mean().mul(constant(priorScale))) : distance;
    };
  }
}

/** The numbers that one run draws for the data, and the data, weighed alike: `[D]` each. */
interface Draw extends Record<string, Tensor> {
  readonly drawn: Tensor;
  readonly data: Tensor;
  /** The log density of the latent values. */
  readonly prior: Tensor;
}

/** Draws from the guide, and the data from the model at the guide's values. */
function drawOnce(
  key: Key,
  hasPrior: boolean,
  ...[model, guide, args]: Parameters<LossFunction> extends [Key, ...infer Rest] ? Rest : never
): Draw {
  const [forGuide, forModel] = key.split(2), data = new Map<string, Tensor>();
  const own = trace(seed(guide, forGuide)).get(...args);
  const forget: Handler = {
    label: "EnergyDistance",
    process: {
      sample(message) {
        if (!message.isObserved) return;
        data.set(message.name, message.value!);
        [message.isObserved, message.value] = [false, undefined];
      },
    },
  };
  const whole = replay(around(apartFrom(own, model), () => forget), { trace: own });
  const run = trace(seed(whole, forModel)).get(...args);
  const seen = run.stochasticSites.filter(({ name }) => data.has(name));
  const latent = run.stochasticSites.filter(({ name }) => !data.has(name));
  const missing = latent.find(({ name }) => own.sites.get(name)?.type !== "sample");
  if (missing) fail(`the guide has no site "${missing.name}", which is latent in the model`);
  if (seen.length === 0) fail("the model observes nothing");
  const rigid = [...seen, ...own.stochasticSites].find(({ distribution: d }) =>
    !d.hasRsample || d instanceof Unit
  );
  if (rigid) {
    const { name, distribution } = rigid;
    fail(`site "${name}" (${distribution.name}) has no reparameterised draws, which are all that it knows`);
  }
  const zero = constant(0);
  return {
    drawn: tf.concat(seen.map((site) => weighed(site.value, site)), 0),
    data: tf.concat(seen.map((site) => weighed(data.get(site.name)!, site)), 0),
    prior: hasPrior ? latent.reduce((sum, { logProbSum }) => sum.add(logProbSum), zero) : zero,
  };
}

/** Returns the numbers of a site, `[D]`, times the root of their weights; what is masked is 0. */
function weighed(value: Tensor, { distribution, value: { shape }, scale, mask }: SampleSite): Tensor {
  const eventDim = distribution.eventShape.length, full = value.add(tf.zeros(shape)) as Tensor;
  const batch = shape.slice(0, shape.length - eventDim);
  const wide = (weights: Tensor) =>
    weights.add(tf.zeros(batch)).reshape([...batch, ...Array<number>(eventDim).fill(1)]) as Tensor;
  const weights = typeof scale === "number" ? constant(Math.sqrt(scale)) : wide(scale.sqrt());
  const seen = typeof mask === "boolean"
    ? mask
    : wide(mask.cast("float32")).greater(constant(0)).logicalAnd(tf.ones(shape, "bool"));
  return maskOut(full, seen).mul(weights).flatten();
}
