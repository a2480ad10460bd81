import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { erf } from "./erf.ts";
import { normalDensity } from "./normal_cdf.ts";
import { scaledOwensT } from "./scaled_owens_t.ts";
import { sumToShape } from "./sums.ts";

/**
 * Computes Owen's T function: the probability that a standard normal exceeds h, and another one,
 * independent of it, lies between 0 and a times the first. SciPy's `owens_t`.
 *
 * @example An eighth of the plane
 * ```ts
 * import { special, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * assert(Math.abs(special.owensT(tf.scalar(0), tf.scalar(1)).dataSync()[0] - 1 / 8) < 1e-6);
 * ```
 */
export const owensT: (h: Tensor, a: Tensor) => Tensor = primitive({
  name: "owensT",
  forward(h, a) {
    const size = h.square().mul(constant(-0.5)).exp().mul(scaledOwensT(h.abs(), a.abs()));
    return size.mul(tf.where(a.less(constant(0)), constant(-1), constant(1)));
  },
  vjp(cotangent, _output, h, a) {
    const slope = a.square().add(constant(1)), density = normalDensity(h);
    const byH = density.mul(erf(a.mul(h).mul(constant(Math.SQRT1_2)))).mul(constant(-0.5));
    const byA = h.square().mul(slope).mul(constant(-0.5)).exp().div(slope).mul(constant(0.5 / Math.PI));
    return [sumToShape(cotangent.mul(byH), h.shape), sumToShape(cotangent.mul(byA), a.shape)];
  },
});
