import { checkOptions } from "../../system/mod.ts";
import { bijectTo, type Constraint, type Distribution } from "../../distributions/mod.ts";
import { asTensor, constant, constantValues, formatShape, tf } from "../../tensor/mod.ts";
import type { Key, Shape, Tensor, TensorLike } from "../../tensor/mod.ts";

/** A latent site that needs a first value. */
export interface InitSite {
  /** Its name. */
  readonly name: string;
  /** Its distribution, given the first values of the sites before it. */
  readonly distribution: Distribution;
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
    throw new Error(`Cannot make initToMedian: numSamples is ${numSamples}, expected a positive integer`);
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
    throw new Error(`Cannot make initToUniform: radius is ${radius}, expected a number of at least 0`);
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

/**
 * Starts at given values by name, the other sites as another strategy says (default
 * `initToUniform()`), as `init_to_value`.
 */
export function initToValue(
  options: { values: Readonly<Record<string, TensorLike>>; fallback?: InitStrategy },
): InitStrategy {
  checkOptions("make initToValue", options, { values: true, fallback: true });
  const { values, fallback = initToUniform() } = options;
  return (site, key) => {
    if (!Object.hasOwn(values, site.name)) return fallback(site, key);
    const shape = site.distribution.shape(), value = asTensor(values[site.name]);
    if (
      value.rank > shape.length ||
      value.shape.some((s, i) => s !== 1 && s !== shape[shape.length - value.rank + i])
    ) {
      throw new Error(
        `Cannot start site "${site.name}" at the value given: it has shape [${
          value.shape.join(", ")
        }], expected ${formatShape(shape)}`,
      );
    }
    return tf.broadcastTo(value, shape);
  };
}
