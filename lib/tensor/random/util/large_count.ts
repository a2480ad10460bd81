import { constant } from "../../constant.ts";
import { normalIcdf } from "../../special/normal_icdf.ts";
import { polynomial } from "../../special/sums.ts";
import { type Tensor, tf } from "../../tf.ts";
import type { FineUniform } from "./small_count.ts";

/** (atanh(r) / r - 1) / r^2 as a polynomial in r^2 up to 0.7: a Chebyshev fit, to 1e-6. */
const atanhRest = [
  0.3333331062297033,
  0.20006525523745802,
  0.13980950213340052,
  0.16543932830802888,
  -0.3917565297831593,
  2.481621249540755,
  -6.985383734568938,
  12.19561619919946,
  -11.378784665385183,
  4.686690406764551,
];

/** The coefficient of the next term, that of a Poisson variate at its mean. */
const NEXT = 8 / 405;

/** Steps of Newton's method: one leaves 1e-5 of the counts of mean 10 beside their place. */
const STEPS = 2;

/** The least distance of a count from the ends, where logarithms end. */
const LEAST = 0.02;

const one = () => constant(1);

/** A count of events, or of those of a total that are none. */
interface Side {
  readonly mean: Tensor;
  /** The share of the other side in the total, expected and found; 1 where there is no total. */
  readonly other: Tensor;
  readonly otherFound: Tensor;
}

/**
 * Returns the parts that a side has in the normal's quantile of a count `away` from its mean: in
 * twice the deviance by away^2 / variance, less 1 and by `away`; in the derivative of the deviance,
 * by `away`; in the next term.
 */
function partsOf({ mean, other, otherFound }: Side, away: Tensor): Record<"bend" | "slope" | "next", Tensor> {
  const relative = away.div(mean), both = relative.add(constant(2));
  // 1 + relative is (1 + r) / (1 - r), whose logarithm is 2 atanh(r).
  const r = relative.div(both), square = r.square(), rest = polynomial(square, atanhRest);
  const count = tf.maximum(mean.add(away), constant(0)).add(constant(0.1));
  const root = other.div(count.mul(mean)).sqrt().sqrt();
  return {
    bend: one().sub(square).mul(rest).sub(one()).mul(other).div(both.mul(mean)),
    slope: one().sub(r).mul(one().add(square.mul(rest))).div(mean),
    next: otherFound.sqrt().mul(root).mul(constant(NEXT)).div(count),
  };
}

/** log(1 + x) / x for x from -1/2 to 1, by 2 atanh(x / (2 + x)). */
function log1pRatio(x: Tensor): Tensor {
  const both = x.add(constant(2)), square = x.div(both).square();
  return constant(2).div(both).mul(one().add(square.mul(polynomial(square, [1 / 3, 1 / 5, 1 / 7, 0.13]))));
}

/**
 * Returns the quantile of a uniform among the counts of a Poisson variate of mean 10 or more, or
 * among those of a binomial one, whose total is given, and whose mean is at most half of it. The
 * quantile of the normal goes with the signed root of the deviance and two terms of its saddlepoint
 * expansion (Barndorff-Nielsen's r*, with Daniels' second continuity correction, "Tail probability
 * approximations", 1987, and a term fitted to what they leave): of all counts' probability, 5e-6
 * is in a neighbour's place at mean 10, and less with larger means.
 */
export function largeCount({ lower, upper }: FineUniform, mean: Tensor, total?: Tensor): Tensor {
  const isLow = lower.less(upper), tail = normalIcdf(tf.where(isLow, lower, upper));
  const w = tf.where(isLow, tail, tail.neg()), square = w.square();
  const rest = total && total.sub(mean), q = total ? rest!.div(total) : one(), p = one().sub(q);
  const spread = mean.mul(q).sqrt(), least = mean.neg().add(constant(LEAST));
  const within = (away: Tensor) => {
    const above = tf.maximum(away, least);
    return rest ? tf.minimum(above, rest.sub(constant(LEAST))) : above;
  };
  // Cornish and Fisher's expansion.
  const third = one().sub(square).add(p.mul(q).mul(constant(2)).mul(constant(7).sub(square)));
  let away = within(
    spread.mul(w).add(q.sub(p).mul(square.sub(one())).mul(constant(1 / 6)))
      .add(w.mul(third).div(spread.mul(constant(72)))),
  );
  for (let i = 0; i < STEPS; i++) {
    const moved = total && away.div(total);
    let { bend, slope, next } = partsOf({ mean, other: q, otherFound: moved ? q.sub(moved) : q }, away);
    if (rest) {
      const side = partsOf({ mean: rest, other: p, otherFound: p.add(moved!) }, away.neg());
      bend = bend.sub(side.bend), slope = slope.add(side.slope), next = next.sub(side.next);
    }
    const excess = away.mul(bend), root = excess.add(one()).sqrt();
    const shift = log1pRatio(excess).mul(spread).mul(bend).div(root.mul(constant(2)));
    const found = away.div(spread).mul(root).sub(shift).add(next);
    away = within(away.sub(found.sub(w).mul(root).div(slope.mul(spread))));
  }
  // Apart, so that what is away keeps its digits beside a large mean.
  const whole = mean.floor();
  return whole.add(mean.sub(whole).add(away).add(constant(0.5)).floor());
}
