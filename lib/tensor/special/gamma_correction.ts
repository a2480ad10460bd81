import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { lgammaCorrectionNear } from "./asymptotic.ts";
import { digamma } from "./digamma.ts";
import { digammaFar, lgammaFar } from "./fits.ts";
import { polygamma } from "./polygamma.ts";
import { polynomial } from "./sums.ts";

/** Both forms of a correction: its series in 1 / x^2 from 3 up, and the plain difference below. */
function split(x: Tensor, series: (r: Tensor) => Tensor, difference: (x: Tensor) => Tensor): Tensor {
  const below = difference(tf.minimum(x, constant(3)));
  const above = series(tf.maximum(x, constant(3)).reciprocal());
  return tf.where(x.less(constant(3)), below, above);
}

/** Computes digamma(x) - log x + 1 / (2 x) for x > 0: the derivative of `lgammaCorrection`. */
export const digammaCorrection: (x: Tensor) => Tensor = primitive({
  name: "digammaCorrection",
  forward: (x) =>
    split(
      x,
      (r) => r.square().mul(polynomial(r.square(), digammaFar.float64)).neg(),
      (z) => digamma(z).sub(z.log()).add(constant(0.5).div(z)),
    ),
  vjp(cotangent, _output, x) {
    const r = x.reciprocal();
    return [cotangent.mul(polygamma(1, x).sub(r).sub(r.square().mul(constant(0.5))))];
  },
});

/**
 * Computes the rest of Stirling's formula, lgamma(x) - ((x - 1/2) log x - x + log(2 pi) / 2), for x
 * > 0. Log densities with large parameters are written with it, as in Loader, "Fast and accurate
 * computation of binomial probabilities" (2000): differences of lgammas would lose their digits in
 * float32.
 */
export const lgammaCorrection: (x: Tensor) => Tensor = primitive({
  name: "lgammaCorrection",
  forward(x) {
    // One step up from below 1: R(x) = R(x + 1) + (x + 1/2) log((x + 1) / x) - 1.
    const one = constant(1), isBelow1 = x.less(one), z = tf.minimum(x, one), up = z.add(one);
    const step = z.add(constant(0.5)).mul(up.log().sub(z.log())).sub(one);
    const from1 = lgammaCorrectionFrom1(tf.where(isBelow1, up, x));
    return tf.where(isBelow1, from1.add(step), from1);
  },
  vjp: (cotangent, _output, x) => [cotangent.mul(digammaCorrection(x))],
});

/** Computes `lgammaCorrection` for x >= 1, as of counts, without a logarithm. */
export const lgammaCorrectionFrom1: (x: Tensor) => Tensor = primitive({
  name: "lgammaCorrectionFrom1",
  forward: (x) =>
    split(
      x,
      (r) => r.mul(polynomial(r.square(), lgammaFar.float64)),
      (z) => {
        const [p, q] = lgammaCorrectionNear.map((row) => polynomial(z.sub(constant(1)), row));
        return p.div(q);
      },
    ),
  vjp: (cotangent, _output, x) => [cotangent.mul(digammaCorrection(x))],
});

/** Computes digamma(a) - digamma(b) for positive arguments, uncancelled where both are large. */
export function digammaDifference(a: Tensor, b: Tensor): Tensor {
  const half = constant(0.5);
  return a.div(b).log().sub(half.div(a)).add(half.div(b)).add(digammaCorrection(a)).sub(digammaCorrection(b));
}
