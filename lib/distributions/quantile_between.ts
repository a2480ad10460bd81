import { scan, stopGradient } from "../compile/mod.ts";
import { broadcastShapes, constant, type Shape, type Tensor, tf } from "../tensor/mod.ts";
import { broadcastTo } from "./shapes.ts";
import { withoutValidation } from "./validation.ts";

/** A distribution of numbers, as its quantile function sees it. */
export interface Sides {
  /** The shape of the batch of distributions. */
  readonly batchShape: Shape;
  /** The logarithm of the distribution function. */
  logCdf(value: Tensor): Tensor;
  /** The logarithm of 1 less it. */
  logSurvival(value: Tensor): Tensor;
}

/** A probability and 1 less it. */
type Probability = readonly [p: Tensor, q: Tensor];

/** Two values, between which a quantile lies. */
type Between = readonly [low: Tensor, high: Tensor];

/** The interval is halved, or a step of Newton's at most half of the last one, so many times. */
const STEPS = 64;

/** Halvings after which two counts that float32 tells apart are one. */
const HALVINGS = 40;

/** The relative difference of a tail by which a probability counts as reached. */
const SLACK = 1e-6;

/** The middle of an interval: of numbers of one sign, that of their logarithms. */
function middle(low: Tensor, high: Tensor): Tensor {
  const zero = constant(0), isAbove = low.greater(zero), isOneSided = isAbove.logicalOr(high.less(zero));
  const root = low.abs().sqrt().mul(high.abs().sqrt());
  const half = constant(0.5), mean = low.mul(half).add(high.mul(half));
  return tf.where(isOneSided, tf.where(isAbove, root, root.neg()), mean);
}

/**
 * Searches for quantiles of p = 1 - q within p = 0 and 1, and between values that it is given for
 * them; at 0 and 1 they are the ends, whose derivative is 0.
 */
function within(
  search: (pq: Probability, between: Between) => Tensor,
  [p, q]: Probability,
  between: (p: Tensor, q: Tensor) => Between,
  [low, high]: Between,
): Tensor {
  const [isLeast, isMost] = [p, q].map((x) => x.equal(constant(0))), isEnd = isLeast.logicalOr(isMost);
  const inner = [p, q].map((x) => tf.where(isEnd, constant(0.5), x)) as [Tensor, Tensor];
  const found = withoutValidation(() => search(inner, between(...inner)));
  // The slope of an infinite end by a scale would be no number.
  return tf.where(isLeast, stopGradient(low), tf.where(isMost, stopGradient(high), found));
}

/**
 * Returns the quantile of p = 1 - q of a continuous distribution: by Newton's method on the
 * logarithm of the nearer tail, and where it leaves the interval, or slows down, by halving that.
 * The derivative is that of the implicit function.
 *
 * @param between gives two values, between which a quantile lies
 * @param ends the quantiles of 0 and 1
 * @param known a value that is near, from which fewer steps do
 */
export function quantileBetween(
  d: Sides & { logDensity(value: Tensor): Tensor },
  probability: Probability,
  between: (p: Tensor, q: Tensor) => Between,
  ends: Between,
  known?: { readonly start: Tensor; readonly steps: number },
): Tensor {
  return within(
    ([p, q], [low, high]) => {
      const isLow = p.less(q), goal = tf.where(isLow, p, q).log();
      /** By how much a value is too great, in the logarithm of the tail, and the slope of that. */
      const excess = (x: Tensor) => {
        const tail = tf.where(isLow, d.logCdf(x), d.logSurvival(x)), off = tail.sub(goal);
        return { off: tf.where(isLow, off, off.neg()), slope: d.logDensity(x).sub(tail).exp() };
      };
      const start = known?.start ?? middle(low, high),
        shape = broadcastShapes(start.shape, goal.shape, d.batchShape);
      const first = [start, low, high, high.sub(low), start, constant(Infinity)]
        .map((x) => stopGradient(broadcastTo(x, shape)));
      const [, , , , best] = scan(
        ([x, from, to, reach, best, least]: Tensor[]): [Tensor[], null] => {
          const { off, slope } = excess(x), isBelow = off.less(constant(0)), size = off.abs();
          const isBetter = size.less(least), a = tf.where(isBelow, x, from), b = tf.where(isBelow, to, x);
          const newton = x.sub(off.div(slope)), move = newton.sub(x).abs();
          const isWithin = newton.greaterEqual(a).logicalAnd(newton.lessEqual(b));
          const isQuick = isWithin.logicalAnd(move.lessEqual(reach.mul(constant(0.5))));
          const next = tf.where(isQuick, newton, middle(a, b));
          const kept = tf.where(isBetter, x, best);
          return [[next, a, b, next.sub(x).abs(), kept, tf.where(isBetter, size, least)], null];
        },
        first,
        null,
        { length: known?.steps ?? STEPS },
      )[0];
      // The derivative alone: where the density, or a tail, has no digits left, there is none.
      const x = stopGradient(best), { off, slope } = excess(x), infinity = constant(Infinity);
      const isKnown = slope.greater(constant(0)).logicalAnd(slope.less(infinity))
        .logicalAnd(off.abs().less(infinity));
      const move = off.sub(stopGradient(off)).div(tf.where(isKnown, stopGradient(slope), constant(1)));
      return tf.where(isKnown, x.sub(move), x);
    },
    probability,
    between,
    ends,
  );
}

/** Returns the same of counts: the least whose distribution function is p or more. */
export function countBetween(
  d: Sides,
  probability: Probability,
  between: (p: Tensor, q: Tensor) => Between,
  ends: Between,
): Tensor {
  return within(
    ([p, q], [low, high]) => {
      const isLow = p.less(q), [logP, logQ] = [p.log(), q.log()], slack = constant(SLACK);
      const shape = broadcastShapes(low.shape, logP.shape, d.batchShape);
      const [, count] = scan(
        ([from, to]: Tensor[]): [Tensor[], null] => {
          const at = from.add(to).mul(constant(0.5)).floor();
          const reachesLow = d.logCdf(at).greaterEqual(logP.sub(slack));
          const isReached = tf.where(isLow, reachesLow, d.logSurvival(at).lessEqual(logQ.add(slack)));
          return [[tf.where(isReached, from, at.add(constant(1))), tf.where(isReached, at, to)], null];
        },
        [low, high].map((x) => stopGradient(broadcastTo(x, shape))),
        null,
        { length: HALVINGS },
      )[0];
      return stopGradient(count);
    },
    probability,
    between,
    ends,
  );
}
