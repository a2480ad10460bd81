import { coreOf, Unit } from "../../distributions/mod.ts";
import { dependsOn, marked } from "../../compile/internals.ts";
import { isTracing, stopGradient } from "../../compile/mod.ts";
import { type Tensor, tf } from "../../tensor/mod.ts";
import { type Conjugate, conjugates, filled, summedTo } from "../conjugate.ts";
import { handler, type HandlerForms } from "../forms.ts";
import type { SampleMessage } from "../message.ts";
import { checkList, GivenNames } from "../named_values.ts";
import { activePlates, expandTo } from "../plate.ts";
import { sampleMessage } from "../sample.ts";
import { asScale, overScale } from "../scaling.ts";

/** A latent site that is summed out: what the data so far make of it. */
interface Collapsed {
  readonly name: string;
  readonly pair: Conjugate;
  /** A possible value, at which the model is run. */
  readonly value: Tensor;
  /** The numbers of its posterior, of all its axes but those of a core event. */
  readonly numbers: Tensor[];
  readonly eventDim: number;
  /** The factor of its own log density, and of what is in plates with it. */
  readonly scale: number | Tensor;
}

/**
 * Sums latent sites out exactly where all that depends on them are conjugate observations, as
 * NumPyro's `collapse`: Beta with Bernoulli, Binomial and Geometric; Gamma with Poisson and
 * Exponential (the rate); Dirichlet with Categorical, OneHotCategorical and Multinomial; Normal
 * with Normal (the mean, of known scale). The site is gone; its observations count what their
 * marginal probability is, all members of plates together: fewer latent numbers, and simpler
 * posteriors, for MCMC and guides. A distribution takes the site's value as it is, as in `new
 * Poisson(rate)`.
 *
 * @param names the names of the latent sites
 * @throws Error for a site of another family, and in compiled models for whatever else depends on
 * it. Run eagerly, such a dependence is not seen.
 *
 * @example The rate of a Poisson
 * ```ts
 * import { Gamma, GammaPoisson, Poisson } from "@pyrosaur/pyrosaur/distributions";
 * import { collapse, logDensity, sample } from "@pyrosaur/pyrosaur/ppl";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new Poisson(sample("rate", new Gamma(2, 3))), { obs: 4 });
 * const { logDensity: found } = logDensity(collapse(model, ["rate"]), [], {});
 * const [expected] = new GammaPoisson(2, 3).logProb(4).dataSync();
 * assert.ok(Math.abs(found.dataSync()[0] - expected) < 1e-5);
 * ```
 */
export const collapse: HandlerForms<[names: readonly string[]]> = handler("collapse", (names) => {
  checkList("collapse", "the sites", names);
  const sites: Collapsed[] = [], given = new GivenNames("collapse", names);
  return {
    returned: () => given.check(),
    process: {
      any: (message) => given.meet(message),
      sample(message) {
        const { name, isObserved, value } = message;
        if (names.includes(name) && !isObserved && value === undefined) {
          sites.push(begun(message));
          message.value = sites.at(-1)!.value;
          message.stop = true;
          return;
        }
        const core = coreOf(message.distribution);
        for (const site of sites) {
          const likelihood = site.pair.likelihoods.find(({ family, parameter }) =>
            core instanceof family && core.parameters[parameter] === site.value
          );
          if (likelihood && isObserved) return observed(message, site, likelihood.adds(message.value!, core));
          if (likelihood) fail(site.name, `"${name}", which depends on it, is not observed`);
          const others = isTracing() ? Object.values(core.parameters ?? {}) : [];
          if (!others.some((tensor) => dependsOn(tensor, [site.value]))) continue;
          fail(site.name, `"${name}" (${core.name}) depends on it, and is no conjugate observation`);
        }
      },
    },
  };
});

/** Takes up a latent site. */
function begun(message: SampleMessage): Collapsed {
  const { name, scale } = message;
  if (message.scanned) fail(name, "it is within a scan");
  if (message.mask !== true) fail(name, "it is masked");
  activePlates().reverse().forEach(({ frame }) => expandTo(message, frame));
  const { distribution } = message, core = coreOf(distribution);
  const pair = conjugates.find(({ family }) => core instanceof family);
  if (!pair) {
    return fail(
      name,
      `found ${core.name}, expected ${conjugates.map(({ family }) => family.name).join(", ")}`,
    );
  }
  const shape = distribution.shape(), numbers = pair.numbers(core).map((number) => filled(number, shape));
  // Which value it is makes no difference: its derivatives cancel out.
  const value = marked(stopGradient(filled(core.mean, shape)));
  return { name, pair, value, numbers, eventDim: distribution.eventShape.length, scale };
}

/**
 * Returns an observed site of the log evidence of data: their density at a value of the latent
 * site, times the density there before over that after them (Chib 1995).
 */
function observed(
  message: SampleMessage,
  site: Collapsed,
  adds: readonly (Tensor | number)[],
): SampleMessage {
  const { name, mask } = message, { numbers, pair, value, eventDim, scale } = site;
  activePlates().reverse().forEach(({ frame }) => expandTo(message, frame));
  if (mask === false) fail(site.name, `"${name}" is masked as a whole`);
  const { distribution } = message, core = coreOf(distribution), inner = core.eventShape.length;
  const shape = distribution.shape(), batch = shape.slice(0, shape.length - inner);
  // The weight of each datum in the posterior.
  let weight = asScale(overScale(message.scale, scale));
  if (mask !== true) weight = weight.mul(mask.cast("float32"));
  const ones = Array<number>(weight.rank === 0 ? 0 : distribution.eventShape.length - inner).fill(1);
  const full = filled(weight.reshape([...weight.shape, ...ones]), batch), isLeft = full.equal(tf.scalar(0));
  const each = core.expand(batch).logProb(message.value!);
  const density = tf.where(isLeft, tf.zerosLike(each), each).mul(full);
  const before = pair.posterior(numbers).logProb(value), own = value.shape.slice(before.rank);
  const wide = (t: Tensor) => own.length > 0 ? t.expandDims(-1) : t;
  adds.forEach((add, i) => {
    const counts = filled(add, [...batch, ...own]),
      kept = tf.where(wide(isLeft), tf.zerosLike(counts), counts);
    numbers[i] = numbers[i].add(summedTo(kept.mul(wide(full)), value.shape));
  });
  const after = pair.posterior(numbers).logProb(value);
  const evidence = summedTo(density, before.shape).add(before).sub(after), outer = eventDim - own.length;
  const total = outer > 0 ? evidence.sum(trailing(evidence.rank, outer)) : evidence;
  return sampleMessage(name, new Unit(total), {
    value: tf.zeros([...total.shape, 0]),
    isObserved: true,
    scale,
  });
}

const trailing = (rank: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => rank - count + i);

function fail(name: string, why: string): never {
  throw new Error(
    `Cannot collapse site "${name}": ${why}; leave it out of the names, or write the model otherwise`,
  );
}
