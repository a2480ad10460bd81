import { asTensor, constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { primitive } from "../primitive.ts";
import { erf } from "../special/erf.ts";
import { erfinv } from "../special/erfinv.ts";
import { expm1, log1p } from "../special/logarithms.ts";
import { normalCdf } from "../special/normal_cdf.ts";
import { gaussLegendre } from "../special/quadrature.ts";
import { sumToShape } from "../special/sums.ts";
import { upperTail } from "../special/upper_tail.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { checkParameter, drawShape } from "./util/checks.ts";
import { TINY } from "./generator/float32.ts";

/**
 * Draws float32 from the standard normal between `lower` and `upper`, of the given shape (default:
 * the one the bounds broadcast to), however far out or narrow the interval is: the quantiles of
 * uniforms. Differentiable in the bounds. Throws where known bounds are NaN or not in order.
 * `jax.random.truncated_normal`, but for intervals in whose tail float32 tells probabilities apart
 * only coarsely: there, JAX's draws have few values or one.
 *
 * @example The tail beyond 8 standard deviations
 * ```ts
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const draws = random.truncatedNormal(random.key(0), 8, Infinity, [10000]);
 * assert(Math.abs(draws.mean().dataSync()[0] - 8.1214) < 5e-3);
 * ```
 */
export function truncatedNormal(key: Key, lower: TensorLike, upper: TensorLike, shape?: Shape): Tensor {
  const low = asTensor(lower), high = asTensor(upper);
  const full = drawShape("truncatedNormal", shape, { lower: low.shape, upper: high.shape });
  checkParameter(key, "truncatedNormal", "upper - lower", high.sub(low), "positive", (value) => value > 0);
  return truncatedNormalAt(key.draw("uniform", full), low, high);
}

/**
 * Returns the quantile of `u` of the standard normal between `low` and `high`: the value in whose
 * place `u` lies between the bounds' probabilities.
 */
export const truncatedNormalAt: (u: Tensor, low: Tensor, high: Tensor) => Tensor = primitive({
  name: "truncatedNormal",
  forward(u, low, high) {
    const root = constant(Math.SQRT1_2), a = erf(low.mul(root)), b = erf(high.mul(root));
    const place = tf.maximum(u.mul(b.sub(a)).add(a), a);
    // The outermost numbers whose erfinv is finite.
    const inside = place.maximum(constant(2 ** -24 - 1)).minimum(constant(1 - 2 ** -24));
    const central = erfinv(inside).mul(constant(Math.SQRT2)), isWide = hasDigits(a, b);
    // Next to 1, a place has few digits, unless it is the uniform itself.
    const part = b.sub(a), isExact = part.equal(constant(1)).logicalOr(part.equal(constant(2)));
    const isCentral = isWide.logicalAnd(central.abs().less(constant(3.5)).logicalOr(isExact));
    const draw = tf.where(isCentral, central, outward({ u, low, high, a, b, isWide, central }));
    return draw.maximum(low.add(step(low))).minimum(high.sub(step(high)));
  },
  vjp(cotangent, output, u, low, high) {
    // F(x) = (1 - u) F(low) + u F(high), and the ratio of two densities.
    const ratio = (bound: Tensor) =>
      output.sub(bound).mul(output.add(bound)).mul(constant(0.5)).exp().mul(cotangent);
    const byLow = ratio(low).mul(constant(1).sub(u)), byHigh = ratio(high).mul(u);
    return [undefined, sumToShape(byLow, low.shape), sumToShape(byHigh, high.shape)];
  },
});

/**
 * Tells whether float32 has digits enough between two values of the error function: the interval
 * has more than 5% of the probability, or ends within 3.5 standard deviations.
 */
function hasDigits(a: Tensor, b: Tensor): Tensor {
  const part = b.sub(a), end = tf.maximum(a.abs(), b.abs());
  const isInside = part.greater(constant(0.005)).logicalAnd(end.less(constant(0.9995)));
  return part.greater(constant(0.1)).logicalOr(isInside);
}

/** The nodes of the integrals of the hazard rate, which is nearly straight. */
const { nodes, weights } = gaussLegendre(4);

/** Returns the function that integrates the hazard rate over an interval from `low` on. */
const hazardFrom = (low: Tensor) => (length: Tensor): Tensor =>
  nodes.map((node, i) => upperTail(low.add(length.mul(constant(node)))).hazard.mul(constant(weights[i])))
    .reduce((sum, h) => sum.add(h)).mul(length);

/** The logarithm of the survival function at 3. */
const LOG_BEYOND_3 = -6.60772622151035;

/**
 * The same in the tails of wide intervals, from 3 standard deviations on, and in intervals with
 * little probability, which lie there or are narrow: the integral of the hazard rate from some
 * point on, solved for its end by one step of Halley's. Lower tails are mirrored.
 */
function outward(
  { u, low, high, a, b, isWide, central }: Record<
    "u" | "low" | "high" | "a" | "b" | "isWide" | "central",
    Tensor
  >,
): Tensor {
  const one = constant(1), isBelow = low.add(high).less(constant(0));
  const near = tf.where(isBelow, high.neg(), low), far = tf.where(isBelow, low.neg(), high);
  const from = tf.where(isWide, constant(3), near), integral = hazardFrom(from), start = upperTail(from);
  const width = far.sub(near), isLong = width.greater(one);
  const all = start.logSurvival.sub(upperTail(far).logSurvival);
  const whole = tf.where(isLong, all, integral(tf.where(isLong, one, width)));

  const isMirrored = tf.where(isWide, central.less(constant(0)), isBelow);
  const share = tf.where(isMirrored, one.sub(u), u);
  const within = log1p(share.minimum(constant(1 - 2 ** -24)).mul(expm1(whole.neg()))).neg();
  // In a wide interval the survival function itself has all digits.
  const nearer = tf.where(isMirrored, one.add(b), one.sub(a)).mul(constant(0.5));
  const farther = tf.where(isMirrored, normalCdf(low), normalCdf(high.neg()));
  const survival = one.sub(share).mul(nearer).add(share.mul(farther));
  const beyond = constant(LOG_BEYOND_3).sub(survival.log()).maximum(constant(0));
  const target = tf.where(isWide, beyond, within);

  // The hazard h has the slope h (h - x), from 0 to 1.
  const slopeAt = (h: Tensor, x: Tensor) => h.mul(h.sub(x)).maximum(constant(0)).minimum(one);
  const bend = slopeAt(start.hazard, from).mul(constant(2));
  const root = start.hazard.square().add(bend.mul(target)).sqrt();
  const first = target.mul(constant(2)).div(start.hazard.add(root));
  const x = from.add(first), h = upperTail(x).hazard, rest = integral(first).sub(target).div(h);
  const size = x.sub(rest.div(one.sub(rest.mul(slopeAt(h, x)).div(h).mul(constant(0.5)))));
  return tf.where(isMirrored, size.neg(), size);
}

/** Returns about the distance to the next float32 number. */
function step(bound: Tensor): Tensor {
  return tf.where(
    bound.isInf(),
    tf.zerosLike(bound),
    bound.abs().mul(constant(2 ** -23)).add(constant(TINY)),
  );
}
