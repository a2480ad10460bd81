import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { logitBetaincinv } from "./betainc.ts";
import { betaTails } from "./beta_tails.ts";
import { betaln } from "./betaln.ts";
import { log1pSquareRatio } from "./log1p_square_ratio.ts";
import { sumToShape } from "./sums.ts";
import { logSide, sideOf, type Tails } from "./tails.ts";

const half = () => constant(0.5), zero = () => constant(0);

/** Sizes in units of sqrt(df) beyond which the tail is a power. */
const FAR = 1e15;

/** The tails of |t| for df degrees of freedom: it is greater as a beta variate is less. */
function halfTails(df: Tensor, t: Tensor): Tails {
  const a = df.mul(half()), size = t.abs().div(df.sqrt());
  const w = tf.clipByValue(size, 2 ** -60, FAR), square = w.square(), whole = square.add(constant(1));
  const found = betaTails(a, half(), whole.reciprocal(), square.div(whole));
  const far = tf.maximum(size, w).div(w).log().mul(df), isUpper = found.side.less(zero());
  const log = tf.where(isUpper, found.log.sub(far), found.log);
  // The variate itself moves with df.
  const move = found.logKernel.sub(found.log).exp().div(df), by = found.slopes[0].mul(half());
  const slope = tf.where(isUpper, by.add(move).sub(far.div(df)), by.sub(move));
  const logs = log1pSquareRatio(t, df.sqrt()).mul(df.add(constant(1)).mul(constant(-0.5)));
  const logDensity = logs.sub(df.log().mul(half())).sub(betaln(a, half())).add(constant(Math.LN2));
  return { log, isUpper, slopes: [slope], logDensity };
}

/** The tails of t: half of one of |t|. */
function tails(df: Tensor, t: Tensor): Tails {
  const found = halfTails(df, t), log = logSide(found, "upper"), [slope] = found.slopes;
  const turned = slope.mul(found.log.sub(log).exp()).neg();
  return {
    log: log.sub(constant(Math.LN2)),
    isUpper: t.greater(zero()),
    slopes: [tf.where(found.isUpper, slope, turned)],
    logDensity: found.logDensity.sub(constant(Math.LN2)),
  };
}

/** Computes the distribution function of Student's t with `df` degrees of freedom. */
export const studentTCdf: (df: Tensor, t: Tensor) => Tensor = sideOf("studentTCdf", tails, "lower");

/** Computes the logarithm of `studentTCdf`, with all digits in both tails. */
export const logStudentTCdf: (df: Tensor, t: Tensor) => Tensor = sideOf(
  "logStudentTCdf",
  tails,
  "lower",
  true,
);

/** Computes the probability that |t| is less than a number. */
export const halfStudentTCdf: (df: Tensor, t: Tensor) => Tensor = sideOf(
  "halfStudentTCdf",
  halfTails,
  "lower",
);

/** Computes the logarithm of the probability that |t| is greater than a number. */
export const logHalfStudentTSurvival: (df: Tensor, t: Tensor) => Tensor = sideOf(
  "logHalfStudentTSurvival",
  halfTails,
  "upper",
  true,
);

/** Computes the inverse of `studentTCdf` in t. Infinite at 0 and 1, NaN beyond. */
export const studentTIcdf: (df: Tensor, p: Tensor) => Tensor = primitive({
  name: "studentTIcdf",
  forward(df, p) {
    const isLower = p.less(half()), tail = tf.where(isLower, p, constant(1).sub(p)).mul(constant(2));
    const size = df.log().sub(logitBetaincinv(df.mul(half()), half(), tail)).mul(half()).exp();
    return tf.where(isLower, size.neg(), size);
  },
  vjp(cotangent, output, df, p) {
    const isInside = output.abs().less(constant(Infinity)), t = tf.where(isInside, output, zero());
    const { log, isUpper, slopes: [slope], logDensity } = tails(df, t);
    const by = log.sub(logDensity).exp().mul(slope), move = tf.where(isUpper, by, by.neg());
    const inside = (slope: Tensor, { shape }: Tensor) =>
      sumToShape(cotangent.mul(tf.where(isInside, slope, zero())), shape);
    return [inside(move, df), inside(logDensity.neg().exp(), p)];
  },
});

/** Computes the inverse of `halfStudentTCdf` in t. */
export const halfStudentTIcdf = (df: Tensor, p: Tensor): Tensor =>
  logitBetaincinv(half(), df.mul(half()), p).add(df.log()).mul(half()).exp();
