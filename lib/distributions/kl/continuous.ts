import { constant, primitive, type Tensor, tf } from "../../tensor/mod.ts";
import { diagonal, triangularSolve } from "../../tensor/linalg/mod.ts";
import { expm1, itakuraSaito, log1p, log1pmx, sumToShape } from "../../tensor/special/mod.ts";
import { Exponential, HalfNormal, Laplace } from "../families/mod.ts";
import { LogNormal, MultivariateNormal, Normal, Uniform } from "../families/mod.ts";
import { registerKl } from "./registry.ts";

/**
 * The divergence of normals from the distance of their means and their scales, with the few steps
 * that its slopes take.
 */
const ofNormals: (distance: Tensor, p: Tensor, q: Tensor) => Tensor = primitive({
  name: "normalDivergence",
  forward(distance, p, q) {
    const squares = p.sub(q).div(q).square().add(distance.div(q).square());
    return itakuraSaito(p, q).add(squares.mul(constant(0.5)));
  },
  vjp(cotangent, _output, distance, p, q) {
    // (p / q)^2 - 1, by the difference.
    const relative = p.sub(q).div(q), change = relative.mul(relative.add(constant(2)));
    const shift = distance.div(q),
      towards = (slope: Tensor, { shape }: Tensor) => sumToShape(cotangent.mul(slope), shape);
    return [
      towards(shift.div(q), distance),
      towards(change.div(p), p),
      towards(change.add(shift.square()).div(q).neg(), q),
    ];
  },
});

/** Between normals, in units of q's scale. */
function normal(p: Normal | LogNormal, q: Normal | LogNormal): Tensor {
  return ofNormals(p.loc.sub(q.loc), p.scale, q.scale);
}

registerKl(Normal, Normal, normal);
registerKl(LogNormal, LogNormal, normal);
registerKl(HalfNormal, HalfNormal, (p, q) => ofNormals(constant(0), p.scale, q.scale));

registerKl(Laplace, Laplace, (p, q) => {
  const distance = p.loc.sub(q.loc).abs(), fall = expm1(distance.div(p.scale).neg());
  const isNear = fall.greaterEqual(constant(-0.5)), ratio = p.scale.div(q.scale);
  // exp(-t) - 1 + t, which is fall - log(1 + fall).
  const near = ratio.mul(log1pmx(tf.where(isNear, fall, constant(0)))).neg();
  const shift = tf.where(isNear, near, ratio.mul(fall).add(distance.div(q.scale)));
  return itakuraSaito(p.scale, q.scale).add(shift);
});

registerKl(Exponential, Exponential, (p, q) => itakuraSaito(q.rate, p.rate));

registerKl(Uniform, Uniform, (p, q) => {
  const left = p.low.sub(q.low), right = q.high.sub(p.high), zero = constant(0);
  const isInside = left.greaterEqual(zero).logicalAnd(right.greaterEqual(zero));
  const rest = tf.where(isInside, left.add(right), zero);
  return tf.where(isInside, log1p(rest.div(p.high.sub(p.low))), constant(Infinity));
});

registerKl(MultivariateNormal, MultivariateNormal, (p, q) => {
  // The factor of p's covariance in the frame of q's, less the identity.
  const moved = triangularSolve(q.scaleTril, p.scaleTril.sub(q.scaleTril));
  const shift = triangularSolve(q.scaleTril, p.loc.sub(q.loc).expandDims(-1)).square().sum([-2, -1]);
  const [ours, theirs] = [diagonal(p.scaleTril), diagonal(q.scaleTril)];
  return moved.square().sum([-2, -1]).add(shift).mul(constant(0.5))
    .add(itakuraSaito(ours, theirs).sum(-1));
});
