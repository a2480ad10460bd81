import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { digammaAsymptotic, halfLogTwoPi, lgammaAsymptotic } from "./asymptotic.ts";
import { digamma } from "./digamma.ts";
import { lgamma } from "./lgamma.ts";
import { polygamma } from "./polygamma.ts";
import { polynomial } from "./polynomial.ts";

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
      (r) => r.square().mul(polynomial(r.square(), digammaAsymptotic)).neg(),
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
  forward: (x) =>
    split(
      x,
      (r) => r.mul(polynomial(r.square(), lgammaAsymptotic)),
      (z) => lgamma(z).sub(z.sub(constant(0.5)).mul(z.log())).add(z).sub(constant(halfLogTwoPi)),
    ),
  vjp: (cotangent, _output, x) => [cotangent.mul(digammaCorrection(x))],
});

/** Computes digamma(a) - digamma(b) for positive arguments, uncancelled where both are large. */
export function digammaDifference(a: Tensor, b: Tensor): Tensor {
  const half = constant(0.5);
  return a.div(b).log().sub(half.div(a)).add(half.div(b)).add(digammaCorrection(a)).sub(digammaCorrection(b));
}
