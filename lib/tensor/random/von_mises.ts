import { asTensor, constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { primitive } from "../primitive.ts";
import { besselRatioComplement } from "../special/bessel.ts";
import { gaussLegendre } from "../special/quadrature.ts";
import { sumToShape } from "../special/sums.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { checkParameter, drawShape } from "./util/checks.ts";
import { firstAccepted } from "./util/first_accepted.ts";
import { TINY } from "./generator/float32.ts";

/** At worst, for large concentrations, a proposal is accepted with probability 0.66. */
const PROPOSALS = 20;

/** -log of what the quadrature of the slope cuts off, and its nodes. */
const CUT = 14, NODES = 20;

const half = (x: Tensor): Tensor => x.mul(constant(0.5));
const squaredSine = (angle: Tensor): Tensor => half(angle).sin().square();

/**
 * Draws angles around 0 from the von Mises distribution, float32 within -pi and pi, of the given
 * shape (default: that of `concentration`): by rejection from a wrapped Cauchy distribution (Best
 * and Fisher, "Efficient simulation of the von Mises distribution", 1979). Differentiable in the
 * concentration (Figurnov, Mohamed and Mnih, "Implicit reparameterization gradients", 2018). Throws
 * where a known concentration is not positive.
 */
export function vonMises(key: Key, concentration: TensorLike, shape?: Shape): Tensor {
  const kappa = asTensor(concentration);
  const full = drawShape("vonMises", shape, { concentration: kappa.shape });
  checkParameter(
    key,
    "vonMises",
    "concentration",
    kappa,
    "positive and finite",
    (v) => v > 0 && v < Infinity,
  );
  const [placeKey, acceptKey, signKey] = key.split(3), proposals = [PROPOSALS, ...full];
  const noise = [placeKey.draw("uniform", proposals), acceptKey.draw("uniform", proposals)];
  return fromNoise(kappa, ...noise, signKey.draw("uniform", full));
}

const fromNoise = primitive({
  name: "vonMises",
  forward(kappa, u, v, w) {
    // The wrapped Cauchy distribution's s > 1, by s - 1, which is small for large concentrations.
    const root = kappa.square().mul(constant(4)).add(constant(1)).sqrt(), tau = root.add(constant(1));
    const product = tau.sqrt().add(constant(Math.SQRT2)).mul(tau),
      rho = tau.sqrt().mul(kappa).mul(constant(2)).div(product);
    const twice = kappa.mul(constant(2)), near = tau.mul(constant(2)).sqrt().sub(constant(1));
    const gap = near.sub(twice.add(root).reciprocal()).div(twice.maximum(constant(1)));
    const missing = tf.where(kappa.greater(constant(1)), gap, constant(1).sub(rho));
    const excess = missing.square().div(rho.mul(constant(2)));
    // 1 - cos of the proposals, and Best and Fisher's c.
    const angle = u.mul(constant(Math.PI)), below = squaredSine(angle).mul(constant(2));
    const above = half(angle).cos().square().mul(constant(2)),
      fall = excess.mul(below).div(excess.add(above));
    const c = kappa.mul(excess.add(fall));
    const quick = c.mul(constant(2).sub(c)).sub(v).greater(constant(0));
    const slow = c.div(v.maximum(constant(TINY))).log().add(constant(1)).sub(c).greaterEqual(constant(0));
    const chosen = half(firstAccepted(quick.logicalOr(slow), fall)).sqrt().minimum(constant(1));
    const size = chosen.asin().mul(constant(2));
    return tf.where(w.less(constant(0.5)), size.neg(), size);
  },
  vjp(cotangent, output, kappa) {
    return [sumToShape(cotangent.mul(slope(output, kappa)), kappa.shape), undefined, undefined, undefined];
  },
});

/**
 * The slope of an angle by the concentration: the integral of (cos t - I1 / I0) density(t) /
 * density(angle) for t from the angle to pi.
 */
function slope(angle: Tensor, kappa: Tensor): Tensor {
  const { nodes, weights } = gaussLegendre(NODES), size = angle.abs();
  const far = squaredSine(size).add(constant(CUT / 2).div(kappa)).minimum(constant(1));
  const reach = far.sqrt().asin().mul(constant(2)).sub(size).maximum(constant(0));
  const axes = [NODES, ...reach.shape.map(() => 1)], step = reach.mul(tf.tensor(nodes, axes));
  const t = size.add(step),
    exponent = half(t.add(size)).sin().mul(half(step).sin()).mul(kappa).mul(constant(-2));
  const excess = besselRatioComplement(kappa).sub(squaredSine(t).mul(constant(2)));
  return exponent.exp().mul(excess).mul(tf.tensor(weights, axes)).sum(0).mul(reach).mul(angle.sign());
}
