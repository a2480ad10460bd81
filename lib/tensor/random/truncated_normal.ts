import { asTensor, constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { primitive } from "../primitive.ts";
import { erf } from "../special/erf.ts";
import { erfinv } from "../special/erfinv.ts";
import { expm1, log1p } from "../special/logarithms.ts";
import { inverseMills, logNormalCdf } from "../special/normal_cdf.ts";
import { sumToShape } from "../special/sum_to_shape.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { checkParameter, drawShape } from "./util/checks.ts";
import { TINY } from "./generator/float32.ts";
import { gaussLegendre } from "./util/quadrature.ts";

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
  checkParameter("truncatedNormal", "upper - lower", high.sub(low), "positive", (value) => value > 0);
  return between(key.draw("uniform", full), low, high);
}

/** The value in whose place a uniform lies between the bounds' probabilities. */
const between = primitive({
  name: "truncatedNormal",
  forward(u, low, high) {
    const root = constant(Math.SQRT1_2), a = erf(low.mul(root)), b = erf(high.mul(root));
    const isOrdinary = isFine(a, b);
    const place = tf.maximum(u.mul(b.sub(a)).add(a), a);
    // The outermost numbers whose erfinv is finite.
    const inside = place.maximum(constant(2 ** -24 - 1)).minimum(constant(1 - 2 ** -24));
    const ordinary = erfinv(inside).mul(constant(Math.SQRT2));
    const [l, h] = [low, high].map((bound, i) => tf.where(isOrdinary, constant(2 + i), bound));
    const draw = tf.where(isOrdinary, ordinary, byHazard(u, l, h));
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
 * Tells whether float32 is fine enough for an interval between two values of the error function:
 * it has more than 5% of the probability, or ends within 3.5 standard deviations.
 */
function isFine(a: Tensor, b: Tensor): Tensor {
  const part = b.sub(a), end = tf.maximum(a.abs(), b.abs());
  const isInside = part.greater(constant(0.005)).logicalAnd(end.less(constant(0.9995)));
  return part.greater(constant(0.1)).logicalOr(isInside);
}

/**
 * The same for intervals with little probability, which lie on one side or are narrow: low + t with
 * the integral of the hazard rate from low on, seen from the side with the larger bound, solved for
 * t. The hazard rate is nearly straight, so four nodes and one step of Halley's suffice.
 */
function byHazard(u: Tensor, lower: Tensor, upper: Tensor): Tensor {
  const isMirrored = lower.add(upper).less(constant(0)), one = constant(1);
  const low = tf.where(isMirrored, upper.neg(), lower), high = tf.where(isMirrored, lower.neg(), upper);
  const share = tf.where(isMirrored, one.sub(u), u).minimum(constant(1 - 2 ** -24));
  const integral = integralFrom(low), width = high.sub(low), isWide = width.greater(one);
  const far = logNormalCdf(low.neg()).sub(logNormalCdf(high.neg()));
  const whole = tf.where(isWide, far, integral(tf.where(isWide, one, width)));
  const target = log1p(share.mul(expm1(whole.neg()))).neg();
  // The hazard h has the slope h (h - x), from 0 to 1.
  const slopeAt = (h: Tensor, x: Tensor) => h.mul(h.sub(x)).maximum(constant(0)).minimum(one);
  const start = hazard(low), bend = slopeAt(start, low).mul(constant(2));
  const first = target.mul(constant(2)).div(start.add(start.square().add(bend.mul(target)).sqrt()));
  const x = low.add(first), h = hazard(x), rest = integral(first).sub(target).div(h);
  const t = first.sub(rest.div(one.sub(rest.mul(slopeAt(h, x)).div(h).mul(constant(0.5)))));
  return tf.where(isMirrored, constant(-1), one).mul(low.add(t));
}

/** Density / survival function. */
const hazard = (x: Tensor): Tensor => inverseMills(x.neg());

/** Returns the function that integrates the hazard rate over an interval from `low` on. */
function integralFrom(low: Tensor): (length: Tensor) => Tensor {
  const { nodes, weights } = gaussLegendre(4);
  return (length) => {
    const at = (node: number) => hazard(low.add(length.mul(constant(node))));
    const mean = nodes.map((node, i) => at(node).mul(constant(weights[i]))).reduce((sum, h) => sum.add(h));
    return length.mul(mean);
  };
}

/** Returns about the distance to the next float32 number. */
function step(bound: Tensor): Tensor {
  return tf.where(
    bound.isInf(),
    tf.zerosLike(bound),
    bound.abs().mul(constant(2 ** -23)).add(constant(TINY)),
  );
}
