import { stopGradient } from "../../compile/mod.ts";
import { asTensor, constant, knownValues, type Tensor, tf } from "../../tensor/mod.ts";
import { truncatedNormal, truncatedNormalAt } from "../../tensor/random/mod.ts";
import { halfLogTwoPi, log1mexp, log1p, normalInterval } from "../../tensor/special/mod.ts";
import { Bounded } from "../constraints/mod.ts";
import type { Distribution } from "../distribution.ts";
import { Normal } from "../families/normal.ts";
import { ParametricDistribution } from "../parametric.ts";
import { quantileBetween } from "../quantile_between.ts";
import { logMassBetween, partOfCounts } from "./interval_of_counts.ts";
import { type Ends, type Part, withinEnds } from "./part.ts";

/** Logarithms of probabilities below which places within an interval are found by logarithms. */
const RARE = -3, RARER = -60;

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

/** The logarithms of factors by which a quantile's distance from the end may be off at first. */
const LEAST = -5, MOST = 60;

/** The steps of the search, which begins near its end. */
const STEPS = 16;

/**
 * Returns quantiles of p = 1 - q of the part of a distribution in an interval that is so rare that
 * probabilities of the whole have no digits there, or are 0: by the logarithms of tails. The search
 * is for the logarithm of the distance from the end that is the nearer one to the middle of the
 * whole, over that which an exponential tail of the same hazard would have.
 *
 * @param logMass the logarithm of the interval's probability
 */
function rareQuantile(
  base: Distribution,
  { low, high }: Ends,
  logMass: Tensor,
  p: Tensor,
  q: Tensor,
): Tensor {
  const isUpper = low && high
    ? base.logSurvival(low).less(base.logCdf(high))
    : constant(low ? 1 : 0).cast("bool");
  const pick = (upper: Tensor | undefined, lower: Tensor | undefined) =>
    upper && lower ? tf.where(isUpper, upper, lower) : upper ?? lower!;
  const end = pick(low, high), sign = pick(constant(1), constant(-1));
  // The shares beyond a value, seen from the end, and before it.
  const beyond = pick(q, p), before = pick(p, q), hazard = base.logProb(end).sub(logMass);
  const waited = tf.where(before.less(beyond), log1p(before.neg()), beyond.log()).neg();
  const start = stopGradient(waited.log().sub(hazard));
  const at = (r: Tensor) => withinEnds(end.add(sign.mul(r.add(start).exp())), { low, high });
  let last: { readonly r: Tensor; readonly log: Tensor } | undefined;
  /** The logarithm of the share beyond a value: asked for twice at each. */
  const beyondAt = (r: Tensor): Tensor => {
    if (last?.r === r) return last.log;
    const x = at(r),
      upper = low && logMassBetween(base, x, high),
      lower = high && logMassBetween(base, low, x);
    last = { r, log: pick(upper, lower).sub(logMass) };
    return last.log;
  };
  const r = quantileBetween(
    {
      batchShape: start.shape,
      logSurvival: beyondAt,
      logCdf: (r) => log1mexp(tf.minimum(beyondAt(r), constant(0))),
      logDensity: (r) => base.logProb(at(r)).sub(logMass).add(r).add(start),
    },
    [before, beyond],
    () => [constant(LEAST), constant(MOST)],
    [constant(-Infinity), constant(Infinity)],
    { start: constant(0), steps: STEPS },
  );
  const { lowerBound, upperBound } = base.support instanceof Bounded ? base.support : {} as Partial<Bounded>;
  const [least, most] = [lowerBound, upperBound].map((x) => x === undefined ? undefined : asTensor(x));
  return withinEnds(at(r), { low: least, high: most });
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
  const logMass = logMassBetween(base, low, high),
    isFar = logMass.less(constant(RARE)).logicalAnd(start.greater(constant(0.5)));
  // Above the middle probabilities are near 1; below it they have digits until they are nearly 0.
  const isRare = logMass.less(constant(RARER)).logicalOr(isFar);
  const known = knownValues(isRare);
  const plain = (p: Tensor, q: Tensor) => {
    const within = isTurned ? tf.where(isTurned, constant(1).sub(p), p) : p;
    const place = tf.maximum(start.add(within.mul(mass)), constant(2 ** -126));
    // Rounding must not make the end of what is nearly there.
    const most = tf.where(q.equal(constant(0)), constant(1), constant(1 - 2 ** -24));
    const x = base.icdf(tf.minimum(place, most));
    return withinEnds(isTurned ? tf.where(isTurned, turn(x), x) : x, { low, high });
  };
  const quantile = (p: Tensor, q: Tensor) => {
    const all = known ? Array.from(known) : [0, 1];
    if (!all.some(Boolean)) return plain(p, q);
    const rare = rareQuantile(base, { low, high }, logMass, p, q);
    return all.every(Boolean) ? rare : tf.where(isRare, rare, plain(p, q));
  };
  return {
    logMass,
    logDensity: (x) => base.logProb(x).sub(logMass),
    draw(key, shape) {
      const p = key.draw("uniform", shape);
      return quantile(p, constant(1).sub(p));
    },
    quantile,
    share: (x) => logMassBetween(base, low, x).sub(logMass).exp(),
  };
}
