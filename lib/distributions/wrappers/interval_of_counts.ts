import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { log1mexp } from "../../tensor/special/mod.ts";
import type { Distribution } from "../distribution.ts";
import { type Ends, type Part, withinEnds } from "./part.ts";

/**
 * Returns the part of a distribution of whole numbers in an interval, both ends included, by the
 * tail that is the rarer one.
 */
export function partOfCounts(base: Distribution, { low, high }: Ends): Part {
  const before = low?.sub(constant(1)), none = constant(-Infinity), all = constant(0), one = constant(1);
  const below = before ? base.logCdf(before) : none, upTo = high ? base.logCdf(high) : all;
  const from = before ? base.logSurvival(before) : all, above = high ? base.logSurvival(high) : none;
  const isUpper = from.less(upTo);
  const gap = (outer: Tensor, inner: Tensor) => outer.add(log1mexp(tf.minimum(inner.sub(outer), all)));
  const logMass = tf.where(isUpper, gap(from, above), gap(upTo, below)), mass = logMass.exp();
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
