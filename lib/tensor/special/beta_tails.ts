import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";
import { halfLogTwoPi } from "./asymptotic.ts";
import { betaln } from "./betaln.ts";
import { digamma } from "./digamma.ts";
import { expm1mx } from "./gamma_tails.ts";
import { log1pmx } from "./log1pmx.ts";
import { digammaCorrection, digammaDifference, lgammaCorrection } from "./gamma_correction.ts";
import { itakuraSaito } from "./itakura_saito.ts";
import { expm1, log1p } from "./logarithms.ts";
import { placesUpTo, tailCut } from "./places.ts";
import type { Tails } from "./tails.ts";

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
  const sign = tf.where(isUpper, one(), constant(-1)), cut = constant(tailCut);
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
  const { r, integrate } = placesUpTo(constant(tailCut).div(next));
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

/** The knowledge of a beta variate's distribution function. */
export interface BetaTails extends Tails {
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
