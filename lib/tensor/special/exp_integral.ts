import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { EULER_GAMMA } from "./asymptotic.ts";
import { polynomial } from "./sums.ts";

/** From here on the continued fraction is shorter. */
const LARGE = 2;

/** (-1)^(k + 1) / (k k!) for k from 1 on: the power series, divided by x. */
const series = Array.from({ length: 22 }, (_, i) => {
  let factorial = 1;
  for (let k = 2; k <= i + 1; k++) factorial *= k;
  return (i % 2 === 0 ? 1 : -1) / ((i + 1) * factorial);
});

/** Levels of the continued fraction, which leave out 5e-13 at LARGE. */
const LEVELS = 25;

/**
 * Computes exp(x) E1(x) for x > 0, the exponential integral, scaled: the integral of exp(-t) / (x +
 * t) over t > 0. SciPy's `exp1` times exp(x).
 *
 * @example The mean of a Gompertz variate with concentration 1
 * ```ts
 * import { special, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * assert(Math.abs(special.scaledExpint(tf.scalar(1)).dataSync()[0] - 0.5963474) < 1e-6);
 * ```
 */
export const scaledExpint: (x: Tensor) => Tensor = primitive({
  name: "scaledExpint",
  forward(x) {
    const edge = constant(LARGE), small = tf.minimum(x, edge), large = tf.maximum(x, edge);
    const near = small.mul(polynomial(small, series)).sub(small.log()).sub(constant(EULER_GAMMA)).mul(
      small.exp(),
    );
    let rest = large.add(constant(2 * LEVELS + 1));
    for (let k = LEVELS; k >= 1; k--) rest = large.add(constant(2 * k - 1)).sub(constant(k * k).div(rest));
    return tf.where(x.less(edge), near, rest.reciprocal());
  },
  vjp: (cotangent, output, x) => [cotangent.mul(output.sub(x.reciprocal()))],
});
