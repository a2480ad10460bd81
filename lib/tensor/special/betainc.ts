import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { betaln } from "./betaln.ts";
import { digamma } from "./digamma.ts";
import { log1p } from "./logarithms.ts";
import { normalIcdf } from "./normal_icdf.ts";
import { polygamma } from "./polygamma.ts";
import { sumToShape } from "./sums.ts";
import { sideOf } from "./tails.ts";
import { betaTails } from "./beta_tails.ts";

const zero = () => constant(0), one = () => constant(1), half = () => constant(0.5);

/** A function of both parameters, of x and, where it is known better than by rounding, of 1 - x. */
export type BetaSide = (a: Tensor, b: Tensor, x: Tensor, y?: Tensor) => Tensor;

function withRest(f: (...inputs: Tensor[]) => Tensor): BetaSide {
  return (a, b, x, y = one().sub(x)) => f(a, b, x, y);
}

/**
 * Computes the regularised incomplete beta function I_x(a, b) for a, b > 0 and x from 0 to 1, the
 * distribution function of a beta variate; the arguments broadcast. To 1e-10 in float64. SciPy's
 * `betainc`.
 *
 * @param y 1 - x, where it is known to more digits; it adds nothing to derivatives
 *
 * @example Two of three tosses or fewer
 * ```ts
 * import { special, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const [p] = special.betainc(tf.scalar(1), tf.scalar(3), tf.scalar(0.5)).dataSync();
 * assert(Math.abs(p - 7 / 8) < 1e-6);
 * ```
 */
export const betainc: BetaSide = withRest(sideOf("betainc", betaTails, "lower"));

/** Computes 1 - `betainc`, which keeps its digits in the upper tail; SciPy's `betaincc`. */
export const betaincc: BetaSide = withRest(sideOf("betaincc", betaTails, "upper"));

/** Computes the logarithm of `betainc`, with all digits in both tails. */
export const logBetainc: BetaSide = withRest(sideOf("logBetainc", betaTails, "lower", true));

/** Computes the logarithm of `betaincc`, with all digits in both tails. */
export const logBetaincc: BetaSide = withRest(sideOf("logBetaincc", betaTails, "upper", true));

/** Newton's steps: the logarithm of a tail bends down as a function of the log odds. */
const STEPS = 8;

/** Log odds beyond which the first estimate is exact. */
const FAR = 60;

/** First log odds of a quantile: by their mean and variance, next to the ends by powers. */
function firstLogOdds(a: Tensor, b: Tensor, p: Tensor): Tensor {
  const spread = polygamma(1, a).add(polygamma(1, b)).sqrt();
  const normal = digamma(a).sub(digamma(b)).add(normalIcdf(p).mul(spread)), log = betaln(a, b);
  const low = p.log().add(a.log()).add(log).div(a), high = log1p(p.neg()).add(b.log()).add(log).div(b).neg();
  const isWide = tf.minimum(a, b).less(one()), isLow = p.less(b.div(a.add(b)));
  return tf.where(isWide, tf.where(isLow, low, high), normal);
}

/**
 * Computes the log odds of the quantile of a beta variate, log(x / (1 - x)), which keeps the digits
 * of x next to 0 and 1. Infinite at 0 and 1, NaN beyond.
 */
export const logitBetaincinv: (a: Tensor, b: Tensor, p: Tensor) => Tensor = primitive({
  name: "logitBetaincinv",
  forward(a, b, p) {
    const isInside = p.greater(zero()).logicalAnd(p.less(one())), inner = tf.where(isInside, p, half());
    const logLow = inner.log(), logHigh = log1p(inner.neg());
    let odds = firstLogOdds(a, b, inner);
    for (let i = 0; i < STEPS; i++) {
      const at = tf.clipByValue(odds, -FAR, FAR), found = betaTails(a, b, at.sigmoid(), at.neg().sigmoid());
      const off = found.log.sub(tf.where(found.isUpper, logHigh, logLow));
      const step = tf.clipByValue(off.mul(found.log.sub(found.logKernel).exp()), -FAR / 2, FAR / 2);
      const next = tf.where(found.isUpper, at.add(step), at.sub(step));
      odds = tf.where(odds.abs().greater(constant(FAR)), odds, next);
    }
    const end = tf.where(p.equal(zero()), constant(-Infinity), constant(NaN));
    return tf.where(isInside, odds, tf.where(p.equal(one()), constant(Infinity), end));
  },
  vjp(cotangent, output, a, b, p) {
    const isInside = output.abs().less(constant(FAR)), at = tf.where(isInside, output, zero());
    const found = betaTails(a, b, at.sigmoid(), at.neg().sigmoid());
    const share = found.log.sub(found.logKernel).exp(), sign = tf.where(found.isUpper, one(), constant(-1));
    const inside = (slope: Tensor, { shape }: Tensor) =>
      sumToShape(cotangent.mul(tf.where(isInside, slope, zero())), shape);
    const [byA, byB] = found.slopes.map((slope) => share.mul(slope).mul(sign));
    return [inside(byA, a), inside(byB, b), inside(found.logKernel.neg().exp(), p)];
  },
});

/**
 * Computes the inverse of `betainc` in x: the quantile function of a beta variate. NaN beyond [0,
 * 1]. SciPy's `betaincinv`.
 */
export const betaincinv = (a: Tensor, b: Tensor, p: Tensor): Tensor => logitBetaincinv(a, b, p).sigmoid();
