import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { betaTails } from "./beta_tails.ts";
import { gammaTails } from "./gamma_tails.ts";
import { normalIcdf } from "./normal_icdf.ts";

// The distribution functions of counts go on between the counts. There Newton's method comes next
// to the quantile; then the functions themselves choose among the counts.

const zero = () => constant(0), one = () => constant(1), half = () => constant(0.5);

/** Newton's steps: on the logarithm of the nearer tail, by the count and one. */
const STEPS = 8;

/** The relative difference of a tail by which a probability counts as reached. */
const SLACK = 1e-6;

/** The least number that steps go to. */
const LEAST = 0.1;

/** The nearer tail of a distribution of counts, by the number after the count. */
interface CountTail {
  readonly log: Tensor;
  /** True where the tail is that of the counts above. */
  readonly isUpper: Tensor;
  /** The derivative of `log`. */
  readonly slope: Tensor;
}

/** A family of counts, as its quantile function sees it. */
interface Counts {
  tail(after: Tensor): CountTail;
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly skewness: Tensor;
  /** The last count; by default there is none. */
  readonly last?: Tensor;
}

/** Returns the least count whose distribution function is a probability p = 1 - q, or more. */
function leastCount(p: Tensor, q: Tensor, { tail, mean, variance, skewness, last }: Counts): Tensor {
  const logP = p.log(), logQ = q.log(), slack = constant(SLACK);
  const reaches = (count: Tensor): Tensor => {
    const { log, isUpper } = tail(count.add(one()));
    return tf.where(isUpper, log.lessEqual(logQ.add(slack)), log.greaterEqual(logP.sub(slack)));
  };
  const isEnd = p.equal(zero()).logicalOr(q.equal(zero())), isLow = p.less(q);
  const [innerP, innerQ] = [p, q].map((x) => tf.where(isEnd, half(), x));
  const z = normalIcdf(tf.where(isLow, innerP, innerQ)), away = tf.where(isLow, z, z.neg());
  // Cornish and Fisher's first term.
  const bend = tf.clipByValue(skewness, -2, 2).mul(away.square().sub(one())).mul(constant(1 / 6));
  const most = last ? last.add(constant(0.9)) : constant(1e9);
  const within = (x: Tensor) => tf.minimum(tf.maximum(x, constant(LEAST)), most);
  let after = within(tf.minimum(mean.add(variance.sqrt().mul(away.add(bend))).add(half()), constant(1e9)));
  const [goalP, goalQ] = [innerP.log(), innerQ.log()];
  for (let i = 0; i < STEPS; i++) {
    const { log, isUpper, slope } = tail(after), step = log.sub(tf.where(isUpper, goalQ, goalP)).div(slope);
    const lower = after.mul(tf.clipByValue(step.div(after).neg(), -3, 3).exp());
    const upper = tf.maximum(after.sub(step), after.mul(constant(LEAST)));
    const next = tf.where(isUpper, upper, lower);
    after = within(tf.where(next.isNaN(), after, next));
  }
  const found = tf.maximum(after.sub(one()).ceil(), zero());
  const count = last ? tf.maximum(tf.minimum(found, last.sub(one())), zero()) : found;
  const before = tf.maximum(count.sub(one()), zero());
  const chosen = tf.where(reaches(before), before, tf.where(reaches(count), count, count.add(one())));
  const inner = tf.where(q.equal(zero()), last ?? constant(Infinity), chosen);
  const whole = tf.where(reaches(zero()), zero(), inner);
  return last ? tf.minimum(whole, last) : whole;
}

/** Makes a quantile function, whose steps have the derivative 0. */
const stepwise = (name: string, forward: (...inputs: Tensor[]) => Tensor) =>
  primitive({ name, forward, vjp: (_cotangent, _output, ...inputs) => inputs.map(() => undefined) });

const poisson = stepwise("poissonQuantile", (rate, p, q) =>
  leastCount(p, q, {
    tail(after) {
      const { log, isUpper, slopes: [slope] } = gammaTails(after, rate);
      return { log, isUpper: isUpper.logicalNot(), slope };
    },
    mean: rate,
    variance: rate,
    skewness: rate.rsqrt(),
  }));

const binomial = stepwise("binomialQuantile", (n, success, p, q) => {
  const failure = one().sub(success), mean = n.mul(success), variance = mean.mul(failure);
  return leastCount(p, q, {
    tail(after) {
      const left = tf.maximum(n.add(one()).sub(after), constant(LEAST));
      const { log, isUpper, slopes } = betaTails(left, after, failure, success);
      return { log, isUpper, slope: slopes[1].sub(slopes[0]) };
    },
    mean,
    variance,
    skewness: failure.sub(success).div(tf.maximum(variance, constant(2 ** -60)).sqrt()),
    last: n,
  });
});

const negativeBinomial = stepwise("negativeBinomialQuantile", (dispersion, mean, p, q) => {
  const ratio = mean.div(dispersion), failure = one().div(one().add(ratio));
  const rest = one().div(one().add(ratio.reciprocal())), variance = mean.mul(one().add(ratio));
  return leastCount(p, q, {
    tail(after) {
      const { log, isUpper, slopes: [, slope] } = betaTails(dispersion, after, failure, rest);
      return { log, isUpper, slope };
    },
    mean,
    variance,
    skewness: one().add(ratio.mul(constant(2))).div(tf.maximum(variance, constant(2 ** -60)).sqrt()),
  });
});

/**
 * Computes the least count that a Poisson variate does not exceed with a probability p from 0 to 1,
 * to 1e-6 of the nearer tail's probability. Infinity at 1. Its steps have the derivative 0. SciPy's
 * `poisson.ppf`.
 *
 * @param q 1 - p (the default), as exactly as the caller knows it
 *
 * @example Four days in five have at most 6 calls
 * ```ts
 * import { special, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * assert.equal(special.poissonQuantile(tf.scalar(4), tf.scalar(0.8)).dataSync()[0], 6);
 * ```
 */
export const poissonQuantile = (rate: Tensor, p: Tensor, q: Tensor = one().sub(p)): Tensor =>
  poisson(rate, p, q);

/**
 * Computes the same of the successes in n trials, each of the probability `success`. SciPy's
 * `binom.ppf`.
 *
 * @param q 1 - p (the default), as exactly as the caller knows it
 */
export const binomialQuantile = (n: Tensor, success: Tensor, p: Tensor, q: Tensor = one().sub(p)): Tensor =>
  binomial(n, success, p, q);

/**
 * Computes the same of counts whose Poisson rate is gamma distributed, of the concentration
 * `dispersion`. SciPy's `nbinom.ppf`.
 *
 * @param q 1 - p (the default), as exactly as the caller knows it
 */
export const negativeBinomialQuantile = (
  dispersion: Tensor,
  mean: Tensor,
  p: Tensor,
  q: Tensor = one().sub(p),
): Tensor => negativeBinomial(dispersion, mean, p, q);
