import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { log1mexp } from "../../tensor/special/mod.ts";
import type { Distribution } from "../distribution.ts";
import { type Ends, type Part, withinEnds } from "./part.ts";

/** The logarithm of a difference of probabilities: of those on the side that is the rarer one. */
function gap(isUpper: Tensor, [below, upTo]: Tensor[], [from, above]: Tensor[]): Tensor {
  const outer = tf.where(isUpper, from, upTo), inner = tf.where(isUpper, above, below);
  return outer.add(log1mexp(tf.minimum(inner.sub(outer), constant(0))));
}

/** Returns the logarithm of the probability between two numbers, or on one side of one. */
export function logMassBetween(base: Distribution, low?: Tensor, high?: Tensor): Tensor {
  if (!low) return high ? base.logCdf(high) : constant(0);
  if (!high) return base.logSurvival(low);
  const lower = [base.logCdf(low), base.logCdf(high)],
    upper = [base.logSurvival(low), base.logSurvival(high)];
  return gap(upper[0].less(lower[1]), lower, upper);
}

/**
 * Returns the part of a distribution of whole numbers in an interval, both ends included, by the
 * tail that is the rarer one.
 */
export function partOfCounts(base: Distribution, { low, high }: Ends): Part {
  const before = low?.sub(constant(1)), none = constant(-Infinity), all = constant(0), one = constant(1);
  const below = before ? base.logCdf(before) : none, upTo = high ? base.logCdf(high) : all;
  const from = before ? base.logSurvival(before) : all, above = high ? base.logSurvival(high) : none;
  const isUpper = from.less(upTo), logMass = gap(isUpper, [below, upTo], [from, above]), mass = logMass.exp();
  const share = (log: Tensor) => log.sub(logMass).exp();
  const within = (p: Tensor) => tf.minimum(tf.maximum(p, all), one);
  const quantile = (p: Tensor): Tensor => {
    const lower = within(below.exp().add(p.mul(mass))), upper = within(from.exp().sub(p.mul(mass)));
    const place = tf.where(isUpper, one.sub(upper), lower), rest = tf.where(isUpper, upper, one.sub(lower));
    const x = base.icdf(place, rest);
    return withinEnds(x, { low: low?.cast(x.dtype), high: high?.cast(x.dtype) });
  };
  return {
    logMass,
    logDensity: (x) => base.logProb(x).sub(logMass),
    draw: (key, shape) => quantile(key.draw("uniform", shape)),
    quantile,
    share(value) {
      const upper = share(from).sub(share(base.logSurvival(value)));
      return within(tf.where(isUpper, upper, share(base.logCdf(value)).sub(share(below))));
    },
  };
}
