import { primitive } from "../primitive.ts";
import type { Tensor } from "../tf.ts";
import { composedLgamma, elementary } from "./composed.ts";
import { digamma } from "./digamma.ts";

/**
 * Computes log |gamma(x)|, for all real x: Infinity at 0 and the negative integers. Its relative
 * accuracy holds at the zeros 1 and 2 too.
 *
 * @example Factorials
 * ```ts
 * import { special, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * // gamma(5) is 4 factorial, and gamma(0.5) the root of pi.
 * const [atFive, atHalf] = special.lgamma(tf.tensor([5, 0.5])).dataSync();
 * assert(Math.abs(atFive - Math.log(24)) < 1e-6);
 * assert(Math.abs(atHalf - Math.log(Math.PI) / 2) < 1e-6);
 * ```
 */
export const lgamma: (x: Tensor) => Tensor = primitive({
  name: "lgamma",
  forward: (x) => elementary("Lgamma", x, composedLgamma),
  vjp: (cotangent, _output, x) => [cotangent.mul(digamma(x))],
});
