import { primitive } from "../primitive.ts";
import type { Tensor } from "../tf.ts";
import { composedDigamma, elementary } from "./composed.ts";
import { polygamma } from "./polygamma.ts";

/**
 * Computes the derivative of lgamma, for all real x but 0 and the negative integers (where it is
 * infinite or NaN). Accurate next to its positive root too.
 */
export const digamma: (x: Tensor) => Tensor = primitive({
  name: "digamma",
  forward: (x) => elementary("Digamma", x, composedDigamma),
  vjp: (cotangent, _output, x) => [cotangent.mul(polygamma(1, x))],
});
