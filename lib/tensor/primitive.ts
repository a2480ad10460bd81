import type { Tensor } from "./tf.ts";
import { activeTracer } from "./tracer.ts";

/**
 * An operation with a derivative rule of its own: the counterpart of `jax.custom_vjp`.
 *
 * `forward` says what the operation computes in terms of other operations: eagerly it is simply
 * run, in a trace it is recorded as one node and opened up only after differentiation. `vjp` says
 * how a cotangent of the output becomes cotangents of the inputs (undefined: none flows there).
 * Both are written in tensor operations, primitives among them, so derivatives of any order follow.
 */
export interface Primitive {
  /** The name shown in graphs and errors. */
  readonly name: string;
  /** The operation itself. */
  forward(...inputs: Tensor[]): Tensor;
  /** Cotangents of the inputs from the cotangent of the output. */
  vjp(cotangent: Tensor, output: Tensor, ...inputs: Tensor[]): (Tensor | undefined)[];
}

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
