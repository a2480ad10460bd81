import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import type { Tensor } from "../tf.ts";

/** exp(x) - 1, accurate near 0: as tanh(x / 2) (exp(x) + 1), where nothing cancels. */
export const expm1: (x: Tensor) => Tensor = primitive({
  name: "expm1",
  forward: (x) => x.mul(constant(0.5)).tanh().mul(x.exp().add(constant(1))),
  vjp: (cotangent, _output, x) => [cotangent.mul(x.exp())],
});
