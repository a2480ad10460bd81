import { checkOptions, shown } from "../../system/mod.ts";
import { bijectTo, type Constraint, type Distribution } from "../../distributions/mod.ts";
import { asTensor, constant, constantValues, formatShape, isHostArray } from "../../tensor/mod.ts";
import { knownValues, sameShape, tf, toTensor } from "../../tensor/mod.ts";
import type { HostArray, Key, Shape, Tensor, TensorLike } from "../../tensor/mod.ts";

/** A latent site that needs a first value. */
export interface InitSite {
  /** Its name. */
  readonly name: string;
  /** Its distribution, given the first values of the sites before it. */
  readonly distribution: Distribution;
  /** The key of the run, the same for all its sites. */
  readonly runKey?: Key;
}

/** A rule for the constrained value that inference starts from at each latent site. */
export interface InitStrategy {
  /** Returns the first value of a site. */
  (site: InitSite, key: Key): Tensor;
}

/** Starts at a draw from the prior, as Pyro's and NumPyro's `init_to_sample`. */
export function initToSample(): InitStrategy {
  return ({ distribution }, key) => distribution.sample(key);
}

/** Starts at the median of draws from the prior (default 15), by element, as `init_to_median`. */
export function initToMedian(options?: { numSamples?: number }): InitStrategy {
  checkOptions("make initToMedian", options, { numSamples: true });
  const { numSamples = 15 } = options ?? {};
  if (!Number.isSafeInteger(numSamples) || numSamples < 1) {
    throw new Error(
      `Cannot make initToMedian: numSamples is ${shown(numSamples)}, expected a positive integer`,
    );
  }
  return (site, key) => {
    const draws = site.distribution.sample(key, [numSamples]);
    const { support } = site.distribution;
    // A median of vectors that must sum to 1, say, need not be one.
    const value = support.eventDim > 0 ? throughSupport(support, draws) : medianOf(draws);
    return finiteOr(value, () => feasible(site));
  };
}

/** Returns the median along the first axis. */
function medianOf(draws: Tensor): Tensor {
  const count = draws.shape[0], { rank } = draws;
  if (count === 1) return draws.squeeze([0]);
  const last = rank === 1
    ? draws
    : draws.transpose([...Array.from({ length: rank - 1 }, (_, i) => i + 1), 0]);
  // torch's median: of an even number of values the lower of the two in the middle.
  const half = Math.floor(count / 2) + 1;
  const { values } = tf.topk(last, half);
  return values.slice([...Array(rank - 1).fill(0), half - 1], [...values.shape.slice(0, -1), 1]).squeeze([
    rank - 1,
  ]);
}

/** Takes the median in unconstrained space, and returns it in the support. */
function throughSupport(support: Constraint, draws: Tensor): Tensor {
  const transform = bijectTo(support);
  return transform.forward(medianOf(transform.inverse(draws)));
}

/** The largest number of float32, which values are kept in. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** Returns a value, and another one in its place where it is NaN or infinite. */
function finiteOr(value: Tensor, other: () => Tensor): Tensor {
  const known = constantValues(value);
  if (known && Array.prototype.every.call(known, (x: number) => Math.abs(x) <= LARGEST)) return value;
  return tf.where(value.abs().lessEqual(constant(LARGEST)), value, other());
}

/**
 * Starts at the prior's mean, as `init_to_mean`; at the median where there is no mean in closed
 * form, and where it is NaN or infinite.
 */
export function initToMean(): InitStrategy {
  const otherwise = initToMedian();
  return (site, key) => {
    let mean: Tensor;
    try {
      mean = site.distribution.mean;
    } catch {
      return otherwise(site, key);
    }
    return finiteOr(mean, () => otherwise(site, key));
  };
}

/** Returns the shape of the unconstrained numbers behind a value of a site. */
function unconstrainedShape({ distribution }: InitSite): Shape {
  return bijectTo(distribution.support).inverseShape(distribution.shape());
}

/** Starts uniformly within `radius` (default 2) of 0, unconstrained, as `init_to_uniform`. */
export function initToUniform(options?: { radius?: number }): InitStrategy {
  checkOptions("make initToUniform", options, { radius: true });
  const { radius = 2 } = options ?? {};
  if (!(radius >= 0)) {
    throw new Error(`Cannot make initToUniform: radius is ${shown(radius)}, expected a number of at least 0`);
  }
  return (site, key) => {
    const draw = key.draw("uniform", unconstrainedShape(site)).sub(constant(0.5)).mul(constant(2 * radius));
    return bijectTo(site.distribution.support).forward(draw);
  };
}

/** Starts at 0 in unconstrained space, whatever the prior says, as `init_to_feasible`. */
export function initToFeasible(): InitStrategy {
  return feasible;
}

function feasible(site: InitSite): Tensor {
  return bijectTo(site.distribution.support).forward(tf.fill(unconstrainedShape(site), 0));
}

/** The number of the key that chooses a draw, beside those of the sites, which count from 0. */
const CHOICE = 0x7fffffff;

/** Returns one of several values, which the key of the run chooses: for all sites the same. */
function oneOf(values: Tensor, { runKey }: InitSite, key: Key): Tensor {
  const count = values.shape[0], u = (runKey ?? key).foldIn(CHOICE).draw("uniform", []);
  const index = tf.minimum(u.mul(constant(count)).floor(), constant(count - 1));
  return tf.gather(values, index.toInt());
}

/**
 * Starts at given values by name, the other sites as another strategy says (default
 * `initToUniform()`), as `init_to_value`. With draws along a first axis, such as
 * `MCMCResult.samples` or those of a guide's `sampleLatent`, each chain starts at one of them.
 *
 * @example Chains that start at draws of a guide
 * ```ts
 * import { adam, AutoNormal, initToValue, key, MCMC, Normal, NUTS } from "@pyrosaur/pyrosaur";
 * import { sample, SVI } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const mean = () => sample("mean", new Normal(0, 9));
 * const model = () => void sample("x", new Normal(mean(), 1), { obs: 5 });
 * const guide = new AutoNormal(model), svi = new SVI(model, guide, adam({ lr: 0.05 }));
 * const { params } = await svi.run(key(0), 500, []);
 * const values = guide.sampleLatent(key(1), params, [100]);
 * const kernel = new NUTS(model, { initStrategy: initToValue({ values }) });
 * const { samples } = await new MCMC(kernel, { numWarmup: 100, numSamples: 100 }).run(key(2));
 * assert.deepEqual(samples.mean.shape, [400]);
 * ```
 */
export function initToValue(
  options: { values: Readonly<Record<string, TensorLike | HostArray>>; fallback?: InitStrategy },
): InitStrategy {
  checkOptions("make initToValue", options, { values: true, fallback: true });
  const { values, fallback = initToUniform() } = options;
  return (site, key) => {
    if (!Object.hasOwn(values, site.name)) return fallback(site, key);
    const given = values[site.name], value = isHostArray(given) ? toTensor(given) : asTensor(given);
    const shape = site.distribution.shape(), { rank } = value;
    // A list that someone wrote is a value.
    const mayBeDraws = !Array.isArray(given) && rank === shape.length + 1 && value.shape[0] > 0;
    if (mayBeDraws && sameShape(value.shape.slice(1), shape)) {
      return oneOf(value, site, key);
    }
    if (rank > shape.length || value.shape.some((s, i) => s !== 1 && s !== shape[shape.length - rank + i])) {
      const [found, expected] = [value.shape, shape].map(formatShape);
      throw new Error(
        `Cannot start site "${site.name}" at the value given: it has shape ${found}, expected ${expected}, or ` +
          "draws of that shape along a first axis",
      );
    }
    checkSupport(site, value);
    return tf.broadcastTo(value, shape);
  };
}

/** Throws for a first value that its site cannot have. */
function checkSupport({ name, distribution: { support } }: InitSite, value: Tensor): void {
  const values = knownValues(value);
  if (!values || value.rank < support.eventDim || !support.violation(values, value.shape)) return;
  throw new Error(
    `Cannot start site "${name}" at the value given: it lies outside of the support, ${support}`,
  );
}

const makers: readonly unknown[] = [
  initToFeasible,
  initToMean,
  initToMedian,
  initToSample,
  initToUniform,
  initToValue,
];

/** Throws for what makes a strategy in the place of one. */
export function checkStrategy(strategy: InitStrategy): void {
  if (!makers.includes(strategy)) return;
  const { name } = strategy as { name: string };
  throw new Error(
    `Cannot start: the strategy is the function ${name} itself, expected what it returns: ${name}()`,
  );
}
