import { constant, primitive, type Tensor, tf } from "../../../tensor/mod.ts";

const clamp = primitive({
  name: "clampPreserveGradients",
  forward: (x, min, max) => tf.minimum(tf.maximum(x, min), max),
  vjp: (cotangent) => [cotangent, undefined, undefined],
});

/** Clamps x, but keeps its gradient, to be learned back: Pyro's `clamp_preserve_gradients`. */
export function clampPreserveGradients(x: Tensor, min: number, max: number): Tensor {
  return clamp(x, constant(min), constant(max));
}
