import { isTracing } from "../compile/mod.ts";
import { activeTrace } from "../compile/internals.ts";
import { type Tensor, tf } from "../tensor/mod.ts";

/** Returns true for a length in a trace that is known only at run time. */
export function isSymbolic(length: number): boolean {
  return isTracing() && typeof activeTrace().sizes([length])[0] !== "number";
}

/** Returns a length to compute with: where it is symbolic, a tensor with its value at run time. */
export function lengthValue(length: number): number | Tensor {
  return isSymbolic(length) ? tf.sum(tf.fill([length], 1)) : length;
}
