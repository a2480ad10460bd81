import type { Tensor } from "./tf.ts";
import { activeTracer, type Primitive } from "./tracer.ts";

/**
 * Turns a primitive into a function of tensors that works eagerly and traced.
 *
 * @example The identity with a clipped gradient
 * ```ts
 * import { grad } from "@pyrosaur/pyrosaur/compile";
 * import { primitive, type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const clipGradient = primitive({
 *   name: "clipGradient",
 *   forward: (x) => x.clone(),
 *   vjp: (cotangent) => [cotangent.clipByValue(-1, 1)],
 * });
 * const gradient = grad((x: Tensor) => clipGradient(x).square().sum());
 * assert.deepEqual([...gradient(tf.tensor([3, 0.25])).dataSync()], [1, 0.5]);
 * ```
 */
export function primitive(definition: Primitive): (...inputs: Tensor[]) => Tensor {
  return (...inputs) => {
    const tracer = activeTracer();
    return tracer ? tracer.apply(definition, inputs) : definition.forward(...inputs);
  };
}
