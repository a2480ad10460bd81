import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { halfLogTwoPi } from "./asymptotic.ts";
import { betaln } from "./betaln.ts";
import { digamma } from "./digamma.ts";
import { expm1mx } from "./expm1mx.ts";
import { digammaCorrection, digammaDifference, lgammaCorrection } from "./gamma_correction.ts";
import { itakuraSaito } from "./itakura_saito.ts";
import { log1pmx } from "./log1pmx.ts";
import { expm1, log1p } from "./logarithms.ts";
import { normalIcdf } from "./normal_icdf.ts";
import { polygamma } from "./polygamma.ts";
import { sumToShape } from "./sum_to_shape.ts";
import { CUT, placesUpTo, sideOf, type Tails } from "./tails.ts";

const zero = () => constant(0), one = () => constant(1), half = () => constant(0.5);

/** Below it, (a + b) x, tails are those of a power of the odds. */
const EDGE = 2;

/** Newton's steps to where the density has fallen. */
const REACHES = 7;

/** Returns the logarithm of x (1 - x) times the density of a beta variate, for y = 1 - x. */
function logKernel(a: Tensor, b: Tensor, x: Tensor, y: Tensor): Tensor {
  const n = a.add(b), corrections = lgammaCorrection(a).add(lgammaCorrection(b)).sub(lgammaCorrection(n));
  const excess = a.mul(itakuraSaito(n.mul(x), a)).add(b.mul(itakuraSaito(n.mul(y), b)));
  return a.log().add(b.log()).sub(n.log()).mul(half()).sub(excess).sub(corrections)
    .sub(constant(halfLogTwoPi));
}

/** The tails at values that are not next to 0, x up to 1/2, by the log odds as the variable. */
function beyondEdge(a: Tensor, b: Tensor, x: Tensor) {
  const n = a.add(b), distance = a.sub(n.mul(x)), isUpper = distance.lessEqual(zero());
  const sign = tf.where(isUpper, one(), constant(-1)), cut = constant(CUT);
  const logGrowth = (y: Tensor, u: Tensor) => distance.mul(y).sub(n.mul(log1pmx(u).add(x.mul(expm1mx(y)))));
  const steepest = tf.maximum(distance.abs(), constant(1e-30));
  const end = tf.where(isUpper, cut.sub(n.mul(x.log())).div(b), cut.sub(n.mul(log1p(x.neg()))).div(a));
  let reach = tf.minimum(end, cut.div(steepest));
  for (let i = 0; i < REACHES; i++) {
    const y = reach.mul(sign), u = x.mul(expm1(y));
    const fall = sign.mul(a.sub(n.mul(x.add(u)).div(one().add(u))));
    reach = reach.sub(logGrowth(y, u).add(cut).div(fall));
  }
  const { r, integrate } = placesUpTo(reach), y = r.mul(sign), u = x.mul(expm1(y));
  const growth = logGrowth(y, u).exp(), area = integrate(growth), spread = growth.mul(log1p(u));
  return {
    area,
    sign,
    byA: integrate(growth.mul(y).sub(spread)).div(area),
    byB: integrate(spread).div(area).neg(),
  };
}

/** The lower tail at values next to 0: that of a power of the odds, less a correction. */
function upToEdge(a: Tensor, b: Tensor, x: Tensor) {
  const n = a.add(b), odds = x.div(one().sub(x)), next = a.add(one()).add(odds.mul(zero()));
  const { r, integrate } = placesUpTo(constant(CUT).div(next));
  const power = a.mul(r).neg().exp(), spread = log1p(odds.mul(r.neg().exp()));
  const fall = expm1(n.mul(spread).neg()), grown = integrate(power.mul(fall));
  const byB = integrate(power.mul(spread).mul(fall.add(one()))).neg(), rest = a.mul(grown);
  const byA = byB.sub(integrate(power.mul(r).mul(fall))), whole = one().add(rest);
  return {
    log: log1p(rest),
    byA: grown.add(a.mul(byA)).div(whole),
    byB: a.mul(byB).div(whole),
  };
}

/** Returns log x + digamma(n) - digamma(a), which is small where x is near a / n. */
const level = (x: Tensor, a: Tensor, n: Tensor): Tensor =>
  n.mul(x).div(a).log().add(half().div(a)).sub(half().div(n)).add(digammaCorrection(n)).sub(
    digammaCorrection(a),
  );

/** What is known of a beta variate's distribution function. */
interface BetaTails extends Tails {
  /** 1 where the nearer side is above x, -1 where it is below. */
  readonly side: Tensor;
  /** The log density by the log odds. */
  readonly logKernel: Tensor;
}

/** The tails of a beta variate at x, for y = 1 - x. */
export function betaTails(
  a: Tensor,
  b: Tensor,
  x: Tensor,
  y: Tensor,
): BetaTails {
  const isTurned = x.greater(half()), choose = (p: Tensor, q: Tensor) => tf.where(isTurned, q, p);
  const c = choose(a, b), d = choose(b, a), n = a.add(b), given = choose(x, y), isEnd = given.equal(zero());
  const low = tf.where(isEnd, constant(2 ** -126), given), high = one().sub(low);
  const isEdge = n.mul(low).less(constant(EDGE)), inEdge = (p: Tensor, q: Tensor) => tf.where(isEdge, p, q);
  const ten = constant(10), far = beyondEdge(inEdge(ten, c), inEdge(ten, d), inEdge(half(), low));
  const near = upToEdge(c, d, inEdge(low, half().div(n.add(one()))));
  const logOdds = low.log().sub(log1p(low.neg())), kernel = logKernel(c, d, low, high);
  const power = c.mul(logOdds).sub(betaln(c, d)).sub(c.log()), difference = digammaDifference(n, d);
  const nearC = logOdds.add(digamma(n)).sub(digamma(c.add(one()))).add(near.byA);
  const slopeC = inEdge(nearC, level(low, c, n).add(far.byA));
  const slopeD = inEdge(difference.add(near.byB), level(high, d, n).add(far.byB));
  const log = inEdge(power.add(near.log), kernel.add(far.area.log()));
  const turned = inEdge(constant(-1), far.sign), side = choose(turned, turned.neg());
  return {
    log: tf.where(isEnd, constant(-Infinity), log),
    isUpper: side.greater(zero()),
    side,
    slopes: [choose(slopeC, slopeD), choose(slopeD, slopeC)],
    logDensity: kernel.sub(low.log()).sub(log1p(low.neg())),
    logKernel: kernel,
  };
}

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
