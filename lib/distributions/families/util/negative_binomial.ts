import { constant, type Key, type Shape, type Tensor, tf } from "../../../tensor/mod.ts";
import { gamma, poisson } from "../../../tensor/random/mod.ts";
import {
  betainc,
  lgammaCorrection,
  lgammaCorrectionFrom1,
  log1mexp,
  log1p,
  logBetainc,
  logBetaincc,
  negativeBinomialEntropy,
  negativeBinomialQuantile,
  ratioDivergence,
} from "../../../tensor/special/mod.ts";
import { nonNegativeInteger } from "../../constraints/mod.ts";
import type { Formulas } from "../../formulas.ts";
import { afterFirst } from "./after_first.ts";

/** The gamma distribution of a Poisson rate. */
export interface GammaMixed {
  /** The concentration. */
  readonly dispersion: Tensor;
  /** The mean, which is that of the counts too. */
  readonly mean: Tensor;
}

/**
 * Returns the log probability of counts. As lgammas its terms cancel to nothing in float32 where
 * counts are large; by Stirling's formula and divergences from the mean, of which the differences
 * are known without cancellation, they do not (Loader, "Fast and accurate computation of binomial
 * probabilities", 2000).
 */
export function gammaMixedLogProb(count: Tensor, { dispersion: a, mean: given }: GammaMixed): Tensor {
  // With mean 0 all counts are 0; with an infinite one none has a probability.
  const isSure = given.equal(constant(0)).logicalOr(given.equal(constant(Infinity)));
  const mean = tf.where(isSure, constant(1), given);
  const isZero = count.equal(constant(0)), k = tf.where(isZero, constant(1), count);
  const n = a.add(k), whole = a.add(mean), excess = k.sub(mean), share = a.div(whole);
  const logs = a.log().sub(k.mul(constant(2 * Math.PI)).log()).sub(n.log()).mul(constant(0.5));
  const corrections = lgammaCorrectionFrom1(n).sub(lgammaCorrection(a)).sub(lgammaCorrectionFrom1(k));
  const ofFailures = a.mul(ratioDivergence(excess, n, whole));
  const ofCounts = k.mul(ratioDivergence(excess.neg().mul(share), n.mul(mean.div(whole)), k));
  const atZero = a.mul(log1p(given.div(a))).neg();
  const above = logs.add(corrections).sub(ofFailures).sub(ofCounts);
  return tf.where(isZero, atZero, tf.where(isSure, constant(-Infinity), above));
}

/** The arguments of the incomplete beta function that is the distribution function. */
function ofBeta(count: Tensor, { dispersion, mean }: GammaMixed): [Tensor, Tensor, Tensor, Tensor] {
  const share = (ratio: Tensor) => ratio.add(constant(1)).reciprocal();
  const after = count.floor().add(constant(1));
  return [dispersion, after, share(mean.div(dispersion)), share(dispersion.div(mean))];
}

/** Makes the formulas of counts whose Poisson rate is gamma distributed. */
export function gammaMixed<D>(of: (d: D) => GammaMixed): Formulas<D> {
  return {
    support: nonNegativeInteger,
    sample(key: Key, shape: Shape, d) {
      const { dispersion, mean } = of(d), [rateKey, countKey] = key.split(2);
      return poisson(countKey, gamma(rateKey, dispersion, shape).mul(mean.div(dispersion)), shape);
    },
    // A count is a sum of jumps, each of a logarithmic distribution (Kemp, "Efficient generation of
    // logarithmically distributed pseudo-random variables", 1981), at the arrivals of its time.
    samplePositive(key, shape, d) {
      const { dispersion, mean } = of(d), slope = mean.div(dispersion), log = log1p(slope);
      const { rest, restKey } = afterFirst(key, shape, dispersion.mul(log));
      const [u, v, rateKey, countKey] = restKey.split(4);
      const bent = log1mexp(u.draw("uniform", shape).mul(log).neg());
      const jump = log1p(v.draw("uniform", shape).neg()).div(bent).floor().add(constant(1));
      const rate = gamma(rateKey, tf.maximum(rest.div(log), constant(2 ** -126)), shape).mul(slope);
      return poisson(countKey, rate, shape).add(tf.maximum(jump, constant(1)));
    },
    logDensity: (value, d) => gammaMixedLogProb(value, of(d)),
    mean: (d) => of(d).mean,
    variance(d) {
      const { dispersion, mean } = of(d);
      return mean.add(mean.square().div(dispersion));
    },
    mode(d) {
      const { dispersion, mean } = of(d), excess = constant(1).sub(dispersion.reciprocal());
      return tf.maximum(mean.mul(excess), constant(0)).floor();
    },
    entropy(d) {
      const { dispersion, mean } = of(d);
      return negativeBinomialEntropy(dispersion, mean);
    },
    cdf: (value, d) => betainc(...ofBeta(value, of(d))),
    logCdf: (value, d) => logBetainc(...ofBeta(value, of(d))),
    logSurvival: (value, d) => logBetaincc(...ofBeta(value, of(d))),
    icdf(p, d, q) {
      const { dispersion, mean } = of(d);
      return negativeBinomialQuantile(dispersion, mean, p, q);
    },
  };
}
