import type { Tensor } from "./tf.ts";

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

/** A trace as tensors see it, implemented by `lib/compile`; without one operations run eagerly. */
export interface Tracer {
  /** Returns a scalar constant in double precision (tfjs would round it to float32 first). */
  constant(value: number): Tensor;
  /** Records one application of a primitive, whose own derivative rule is then used. */
  apply(primitive: Primitive, inputs: Tensor[]): Tensor;
  /** Returns whether the tensor belongs to a trace, that is, has no value yet. */
  isTraced(tensor: Tensor): boolean;
  /** Returns a traced tensor's values where known (constants, example inputs), else undefined. */
  known(tensor: Tensor): ArrayLike<number> | undefined;
  /** Returns a traced tensor's values where it is a constant, else undefined. */
  constantValues(tensor: Tensor): ArrayLike<number> | undefined;
}

let active: Tracer | undefined;

/** Returns the trace in progress, or undefined when operations run eagerly. */
export function activeTracer(): Tracer | undefined {
  return active;
}

/** Runs `body` with `tracer` active (undefined: eagerly), then restores the one before. */
export function withTracer<T>(tracer: Tracer | undefined, body: () => T): T {
  const before = active;
  active = tracer;
  try {
    return body();
  } finally {
    active = before;
  }
}
