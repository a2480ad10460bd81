import { broadcastShapes, constant, type Tensor, tf } from "../../../tensor/mod.ts";
import { softplus } from "../../../tensor/special/mod.ts";
import { broadcastTo } from "../../shapes.ts";
import { cumsumLast, padLast, sliceLast } from "./pad.ts";

/** A spline's parameters before they are brought into bounds: a row of bins for each variable. */
export interface SplineParams {
  /** The widths of the bins before softmax: [..., D, bins]. */
  readonly widths: Tensor;
  /** The heights of the bins before softmax: [..., D, bins]. */
  readonly heights: Tensor;
  /** The slopes at the knots between bins before softplus: [..., D, bins - 1]. */
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
/** The distance from a knot to the start of its bin, so that a knot itself falls to the left. */
const EPSILON = 1e-6;

/** The most bins that the least width leaves room for. */
export const MAX_BINS: number = 1 / MIN_BIN;

/** The numbers of the bins as they are used, each [..., D, bins]. */
interface Bins {
  left: Tensor;
  width: Tensor;
  bottom: Tensor;
  height: Tensor;
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
  const inner = softplus(derivatives).add(constant(MIN_SLOPE)) as Tensor;
  // The slope at the ends, where the identity takes over, is Pyro's: a little less than 1.
  const end = column(inner, 1 - MIN_SLOPE);
  const slopes = tf.concat([end, inner, end], -1) as Tensor;
  const left = sliceLast(xKnots, 0, count), bottom = sliceLast(yKnots, 0, count);
  const bins: Bins = {
    left,
    width: sliceLast(xKnots, 1).sub(left),
    bottom,
    height: sliceLast(yKnots, 1).sub(bottom),
    slopeLeft: sliceLast(slopes, 0, count),
    slopeRight: sliceLast(slopes, 1),
  };
  if (lambdas) bins.lambda = tf.sigmoid(lambdas).mul(constant(1 - 2 * MIN_LAMBDA)).add(constant(MIN_LAMBDA));
  return { bins, xKnots, yKnots };
}

/** Takes from each row of bins the entry of the value's bin: a product with ones and zeros. */
function chooser(value: Tensor, knots: Tensor): (rows: Tensor) => Tensor {
  const count = knots.shape[knots.rank - 1] - 1;
  const starts = sliceLast(knots, 1, count - 1).add(constant(EPSILON));
  const passed = tf.greaterEqual(value.expandDims(-1), starts).cast("float32") as Tensor;
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
  const formula = params.lambdas ? inverse ? linearInverse : linear : inverse ? quadraticInverse : quadratic;
  const { value, logSlope } = formula(argument, chosen);
  return {
    value: tf.where(inside, value, x),
    logSlope: tf.where(inside, logSlope, tf.zerosLike(logSlope)),
  };
}

function quadratic(x: Tensor, bin: Bins): SplineValue {
  const { left, width, bottom, height, slopeLeft } = bin, mean = height.div(width) as Tensor;
  const theta = x.sub(left).div(width) as Tensor;
  const numerator = height.mul(mean.mul(theta.square()).add(slopeLeft.mul(theta.mul(theta.neg().add(1)))));
  const { denominator, logSlope } = quadraticSlope(theta, mean, bin);
  return { value: bottom.add(numerator.div(denominator)), logSlope };
}

function quadraticInverse(y: Tensor, bin: Bins): SplineValue {
  const { left, width, bottom, height, slopeLeft, slopeRight } = bin, mean = height.div(width) as Tensor;
  const up = y.sub(bottom), bend = up.mul(slopeLeft.add(slopeRight).sub(mean.mul(2)));
  const a = bend.add(height.mul(mean.sub(slopeLeft)));
  const b = height.mul(slopeLeft).sub(bend);
  const c = mean.mul(up).neg();
  const root = b.square().sub(a.mul(c).mul(4)).sqrt();
  const theta = c.mul(2).div(b.neg().sub(root)) as Tensor;
  return {
    value: theta.mul(width).add(left),
    logSlope: quadraticSlope(theta, mean, bin).logSlope.neg(),
  };
}

/** Returns the formula's denominator, and its log slope, at a point within the bin. */
function quadraticSlope(theta: Tensor, mean: Tensor, { slopeLeft, slopeRight }: Bins) {
  const rest = theta.neg().add(1), both = theta.mul(rest);
  const denominator = mean.add(slopeLeft.add(slopeRight).sub(mean.mul(2)).mul(both)) as Tensor;
  const numerator = mean.square().mul(
    slopeRight.mul(theta.square()).add(mean.mul(2).mul(both)).add(slopeLeft.mul(rest.square())),
  );
  return { denominator, logSlope: numerator.log().sub(denominator.log().mul(2)) };
}

/** Returns weights and heights at a bin's ends (the left weight is 1) and its point of division. */
function division({ width, bottom, height, slopeLeft, slopeRight, lambda }: Bins) {
  const part = lambda!, rest = part.neg().add(1), mean = height.div(width);
  const wb = slopeLeft.div(slopeRight).sqrt() as Tensor;
  const wc = part.mul(slopeLeft).add(rest.mul(wb).mul(slopeRight)).div(mean) as Tensor;
  const ya = bottom, yb = bottom.add(height) as Tensor;
  const yc = rest.mul(ya).add(part.mul(wb).mul(yb)).div(rest.add(part.mul(wb))) as Tensor;
  return { part, rest, wb, wc, ya, yb, yc };
}

function linear(x: Tensor, bin: Bins): SplineValue {
  const { part, rest, wb, wc, ya, yb, yc } = division(bin);
  const theta = x.sub(bin.left).div(bin.width), before = theta.lessEqual(part);
  const rise = part.sub(theta), fall = theta.neg().add(1);
  const numerator = tf.where(
    before,
    ya.mul(rise).add(wc.mul(yc).mul(theta)),
    wc.mul(yc).mul(fall).sub(wb.mul(yb).mul(rise)),
  );
  const denominator = tf.where(before, rise.add(wc.mul(theta)), wc.mul(fall).sub(wb.mul(rise)));
  const slope = tf.where(before, wc.mul(part).mul(yc.sub(ya)), wb.mul(wc).mul(rest).mul(yb.sub(yc)));
  return {
    value: numerator.div(denominator),
    logSlope: slope.div(bin.width).log().sub(denominator.abs().log().mul(2)),
  };
}

function linearInverse(y: Tensor, bin: Bins): SplineValue {
  const { part, rest, wb, wc, ya, yb, yc } = division(bin), before = y.lessEqual(yc);
  const far = part.mul(wb);
  const numerator = tf.where(
    before,
    part.mul(ya.sub(y)),
    wc.sub(far).mul(y).add(far.mul(yb)).sub(wc.mul(yc)),
  );
  const denominator = tf.where(
    before,
    wc.sub(1).mul(y).add(ya).sub(wc.mul(yc)),
    wc.sub(wb).mul(y).add(wb.mul(yb)).sub(wc.mul(yc)),
  );
  const slope = tf.where(before, wc.mul(part).mul(yc.sub(ya)), wb.mul(wc).mul(rest).mul(yb.sub(yc)));
  return {
    value: numerator.div(denominator).mul(bin.width).add(bin.left),
    logSlope: slope.mul(bin.width).log().sub(denominator.abs().log().mul(2)),
  };
}
