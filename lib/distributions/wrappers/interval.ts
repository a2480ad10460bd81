import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { truncatedNormal, truncatedNormalAt } from "../../tensor/random/mod.ts";
import { halfLogTwoPi, normalInterval } from "../../tensor/special/mod.ts";
import type { Distribution } from "../distribution.ts";
import { Normal } from "../families/normal.ts";
import { ParametricDistribution } from "../parametric.ts";
import { logMassBetween, partOfCounts } from "./interval_of_counts.ts";
import { type Ends, type Part, withinEnds } from "./part.ts";

/** The part of a normal distribution, to all digits wherever the interval lies. */
function partOfNormal({ loc, scale }: Normal, { low, high }: Ends): Part {
  const from = low ? low.sub(loc).div(scale) : constant(-Infinity);
  const to = high ? high.sub(loc).div(scale) : constant(Infinity), half = constant(0.5);
  const logMassOf = (a: Tensor, b: Tensor, width?: Tensor) => {
    const { pivot, rest } = normalInterval(a, b, width);
    return rest.sub(pivot.square().mul(half));
  };
  const width = low && high && high.sub(low).div(scale), logMass = logMassOf(from, to, width);
  const place = (z: Tensor) => z.mul(scale).add(loc);
  return {
    logMass,
    logDensity(x) {
      const { pivot, rest } = normalInterval(from, to, width), z = x.sub(loc).div(scale);
      const excess = z.sub(pivot).mul(z.add(pivot)).mul(half);
      return rest.add(scale.log()).add(constant(halfLogTwoPi)).neg().sub(excess);
    },
    draw: (key, shape) => place(truncatedNormal(key, from, to, shape)),
    quantile: (p) => place(truncatedNormalAt(p, from, to)),
    share: (x) => logMassOf(from, x.sub(loc).div(scale)).sub(logMass).exp(),
  };
}

/**
 * Returns the part of a distribution in an interval, by its `cdf` and `icdf`. An interval in the
 * upper half of a symmetric density is turned into the lower half, where probabilities keep their
 * digits.
 */
export function partOf(base: Distribution, { low, high }: Ends): Part {
  if (base instanceof Normal) return partOfNormal(base, { low, high });
  if (base.isDiscrete) return partOfCounts(base, { low, high });
  const centre = base instanceof ParametricDistribution ? base.centre : undefined;
  const twice = centre?.mul(constant(2)), turn = (x: Tensor) => twice!.sub(x);
  const isTurned = centre && low
    ? (high ? low.add(high).mul(constant(0.5)) : low).greater(centre)
    : undefined;
  const either = (plain: Tensor | undefined, turned: Tensor | undefined, none: number) =>
    isTurned
      ? tf.where(isTurned, turned ?? constant(none), plain ?? constant(none))
      : plain ?? constant(none);
  const from = low || isTurned ? either(low, centre && high && turn(high), -Infinity) : undefined;
  const to = high || isTurned ? either(high, centre && low && turn(low), Infinity) : undefined;
  const start = from ? base.cdf(from) : constant(0), mass = (to ? base.cdf(to) : constant(1)).sub(start);
  const quantile = (p: Tensor) => {
    const within = isTurned ? tf.where(isTurned, constant(1).sub(p), p) : p;
    const place = tf.maximum(start.add(within.mul(mass)), constant(2 ** -126));
    const x = base.icdf(tf.minimum(place, constant(1))), back = isTurned ? tf.where(isTurned, turn(x), x) : x;
    return withinEnds(back, { low, high });
  };
  const logMass = logMassBetween(base, low, high);
  return {
    logMass,
    logDensity: (x) => base.logProb(x).sub(logMass),
    draw: (key, shape) => quantile(key.draw("uniform", shape)),
    quantile,
    share: (x) => logMassBetween(base, low, x).sub(logMass).exp(),
  };
}
