import { broadcastShapes, constant, formatShape, sameShape, type Tensor, tf } from "../../../tensor/mod.ts";
import { softplus } from "../../../tensor/special/mod.ts";
import { broadcastTo } from "../../shapes.ts";
import { cumsumLast, padLast, sliceLast } from "./pad.ts";

/** A spline's parameters before they are brought into bounds: a row of bins for each variable. */
export interface SplineParams {
  /** The widths of the bins before softmax: [..., D, bins]. */
  readonly widths: Tensor;
  /** The heights of the bins before softmax: [..., D, bins]. */
  readonly heights: Tensor;
  /**
   * The slopes at the knots between bins before softplus: [..., D, bins - 1]; on a circle [..., D,
   * bins], the first one at the ends.
   */
  readonly derivatives: Tensor;
  /** The bins' points of division, before sigmoid: [..., D, bins]; for a linear spline alone. */
  readonly lambdas?: Tensor;
}

/** The image of a value and the logarithm of the slope there. */
interface SplineValue {
  readonly value: Tensor;
  readonly logSlope: Tensor;
}

/** The least width and height of a bin as parts of the whole, least slope, and lambda's margin. */
const MIN_BIN = 1e-3, MIN_SLOPE = 1e-3, MIN_LAMBDA = 0.025;

/** The most bins that the least width leaves room for. */
const MAX_BINS = 1 / MIN_BIN;

/** Throws unless the rows of bins fit together; on a circle there is a slope more. */
export function checkBins(name: string, params: SplineParams, isCircular = false): void {
  const { shape } = params.widths, bins = shape.at(-1) ?? 0;
  const refuse = (problem: string): never => {
    throw new Error(`Cannot make ${name}: ${problem}`);
  };
  if (!(bins >= 2 && bins <= MAX_BINS)) {
    refuse(`widths has shape ${formatShape(shape)}, expected 2 to ${MAX_BINS} bins on its last axis`);
  }
  for (const field of ["heights", "derivatives", "lambdas"] as const) {
    const found = params[field]?.shape;
    const expected = [...shape.slice(0, -1), field === "derivatives" && !isCircular ? bins - 1 : bins];
    if (!found || sameShape(found, expected)) continue;
    refuse(`${field} has shape ${formatShape(found)}, expected ${formatShape(expected)}`);
  }
}

/** The numbers of the bins as they are used, each [..., D, bins]. */
interface Bins {
  left: Tensor;
  right: Tensor;
  bottom: Tensor;
  top: Tensor;
  slopeLeft: Tensor;
  slopeRight: Tensor;
  lambda?: Tensor;
}

const column = (like: Tensor, value: number): Tensor =>
  tf.zeros([...like.shape.slice(0, -1), 1]).add(constant(value)) as Tensor;

/** Returns the knots from the bins' parts of the whole, exactly -bound and bound at the ends. */
function knotsOf(parts: Tensor, bound: number): Tensor {
  const count = parts.shape[parts.rank - 1];
  const share = parts.mul(constant(1 - MIN_BIN * count)).add(constant(MIN_BIN));
  const inner = sliceLast(cumsumLast(share), 0, count - 1).mul(constant(2 * bound)).sub(constant(bound));
  return tf.concat([column(inner, -bound), inner, column(inner, bound)], -1) as Tensor;
}

function binsOf({ widths, heights, derivatives, lambdas }: SplineParams, bound: number) {
  const count = widths.shape[widths.rank - 1];
  const xKnots = knotsOf(tf.softmax(widths), bound), yKnots = knotsOf(tf.softmax(heights), bound);
  const given = softplus(derivatives).add(constant(MIN_SLOPE)) as Tensor;
  const isCircular = derivatives.shape[derivatives.rank - 1] === count;
  const inner = isCircular ? sliceLast(given, 1) : given;
  // The slope at the ends, where the identity takes over, is Pyro's: a little less than 1.
  const end = isCircular ? sliceLast(given, 0, 1) : column(inner, 1 - MIN_SLOPE);
  const slopes = tf.concat([end, inner, end], -1) as Tensor;
  const bins: Bins = {
    left: sliceLast(xKnots, 0, count),
    right: sliceLast(xKnots, 1),
    bottom: sliceLast(yKnots, 0, count),
    top: sliceLast(yKnots, 1),
    slopeLeft: sliceLast(slopes, 0, count),
    slopeRight: sliceLast(slopes, 1),
  };
  if (lambdas) bins.lambda = tf.sigmoid(lambdas).mul(constant(1 - 2 * MIN_LAMBDA)).add(constant(MIN_LAMBDA));
  return { bins, xKnots, yKnots };
}

/**
 * Takes from each row of bins the entry of the value's bin, a knot's the one on its left, alike in
 * both directions: a product with ones and zeros.
 */
function chooser(value: Tensor, knots: Tensor): (rows: Tensor) => Tensor {
  const count = knots.shape[knots.rank - 1] - 1;
  const passed = tf.greater(value.expandDims(-1), sliceLast(knots, 1, count - 1)).cast("float32") as Tensor;
  const always = tf.ones([...passed.shape.slice(0, -1), 1]);
  const chosen = tf.concat([always, passed], -1).sub(padLast(passed, 0, 1));
  return (rows) => chosen.mul(rows).sum(-1);
}

/**
 * A monotonic rational spline on [-bound, bound], linear (Dolatabadi et al. 2020) or quadratic
 * (Durkan et al. 2019), the identity outside; with the bounds and margins of Pyro's splines.
 */
export function rationalSpline(
  given: Tensor,
  params: SplineParams,
  bound: number,
  inverse: boolean,
): SplineValue {
  const shape = broadcastShapes(given.shape, params.widths.shape.slice(0, -1)), x = broadcastTo(given, shape);
  const limit = constant(bound), inside = x.greaterEqual(limit.neg()).logicalAnd(x.lessEqual(limit));
  // Outside, the formulas are worked out for 0, so that nothing overflows into the gradient.
  const argument = tf.where(inside, x, tf.zerosLike(x)) as Tensor;
  const { bins, xKnots, yKnots } = binsOf(params, bound);
  const choose = chooser(argument, inverse ? yKnots : xKnots);
  const chosen = Object.fromEntries(
    Object.entries(bins).map(([name, rows]) => [name, choose(rows)]),
  ) as unknown as Bins;
  const { value, logSlope } = (params.lambdas ? linear : quadratic)(argument, chosen, inverse);
  return {
    value: tf.where(inside, value, x),
    logSlope: tf.where(inside, logSlope, tf.zerosLike(logSlope)),
  };
}

/**
 * Returns the point that lies a part of the way from one end to the other, from the nearer end: its
 * distance there keeps its digits.
 */
function between(from: Tensor, to: Tensor, part: Tensor, rest: Tensor): Tensor {
  const length = to.sub(from);
  return tf.where(part.less(constant(0.5)), from.add(part.mul(length)), to.sub(rest.mul(length)));
}

// All terms of the formulas below are positive, so nothing cancels, no root is of a negative
// number, and both directions rise from end to end of a bin, however flat it is.

/** Maps x, or in the inverse y, within its bin. */
function quadratic(given: Tensor, bin: Bins, inverse: boolean): SplineValue {
  const { left, right, bottom, top, slopeLeft, slopeRight } = bin;
  const mean = top.sub(bottom).div(right.sub(left)), twice = mean.mul(constant(2));
  const [from, to] = inverse ? [bottom, top] : [left, right], length = to.sub(from);
  const part = given.sub(from).div(length), rest = to.sub(given).div(length), both = part.mul(rest);
  let theta = part, remaining = rest;
  if (inverse) {
    // With t = theta / (1 - theta): mean rest t^2 + b t - mean part = 0, whose positive root is 2
    // mean part / (root + b) or (root - b) / (2 mean rest).
    const b = slopeLeft.mul(rest).sub(slopeRight.mul(part));
    const isSteep = b.greater(constant(0));
    const sum = b.square().add(twice.square().mul(both)).sqrt().add(tf.where(isSteep, b, b.neg()));
    const [up, down] = [part, rest].map((share) => twice.mul(share));
    const numerator = tf.where(isSteep, up, sum), other = tf.where(isSteep, sum, down);
    const whole = numerator.add(other);
    theta = numerator.div(whole), remaining = other.div(whole);
  }
  const mixed = theta.mul(remaining), squares = [theta.square(), remaining.square()];
  const denominator = mean.mul(squares[0].add(squares[1])).add(slopeLeft.add(slopeRight).mul(mixed));
  const slope = slopeRight.mul(squares[0]).add(twice.mul(mixed)).add(slopeLeft.mul(squares[1]));
  const logSlope = mean.square().mul(slope).log().sub(denominator.log().mul(constant(2)));
  if (inverse) return { value: between(left, right, theta, remaining), logSlope: logSlope.neg() };
  const up = mean.mul(squares[0]).add(slopeLeft.mul(mixed)).div(denominator);
  const down = mean.mul(squares[1]).add(slopeRight.mul(mixed)).div(denominator);
  return { value: between(bottom, top, up, down), logSlope };
}

/** Maps x, or in the inverse y, within its bin, which is divided in two at lambda. */
function linear(given: Tensor, bin: Bins, inverse: boolean): SplineValue {
  const { left, right, bottom, top, slopeLeft, slopeRight, lambda } = bin;
  const width = right.sub(left), height = top.sub(bottom), part = lambda!, rest = part.neg().add(1);
  // The weights of a bin's right end and of its point of division; the left one's is 1.
  const wb = slopeLeft.div(slopeRight).sqrt();
  const wc = part.mul(slopeLeft).add(rest.mul(wb).mul(slopeRight)).mul(width).div(height);
  const share = rest.add(part.mul(wb)), lower = height.mul(part.mul(wb).div(share));
  const upper = height.mul(rest.div(share));
  const [from, to] = inverse ? [bottom, top] : [left, right];
  const up = given.sub(from), down = to.sub(given);
  const isBefore = inverse ? up.lessEqual(lower) : up.lessEqual(part.mul(width));
  // Each half is y = length w1 s / (w0 (1 - s) + w1 s) of a share s of x, counted from its outer
  // end, whose weight is w0; its inner end's is w1.
  const outer = tf.where(isBefore, up, down), size = tf.where(isBefore, part, rest);
  const length = tf.where(isBefore, lower, upper);
  const w0 = tf.where(isBefore, tf.onesLike(wb), wb), w1 = wc;
  const along = outer.div(inverse ? length : size.mul(width)), remaining = along.neg().add(1);
  let s = along;
  if (inverse) s = w0.mul(along).div(w0.mul(along).add(w1.mul(remaining)));
  const denominator = w0.mul(s.neg().add(1)).add(w1.mul(s));
  const logSlope = w0.mul(w1).mul(length).div(size.mul(width)).log()
    .sub(denominator.log().mul(constant(2)));
  const distance = inverse ? s.mul(size).mul(width) : length.mul(w1.mul(s).div(denominator));
  const [low, high] = inverse ? [left, right] : [bottom, top];
  return {
    value: tf.where(isBefore, low.add(distance), high.sub(distance)),
    logSlope: inverse ? logSlope.neg() : logSlope,
  };
}
