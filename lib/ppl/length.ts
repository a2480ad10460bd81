import { isTracing } from "../compile/mod.ts";
import { activeTrace } from "../compile/internals.ts";
import { type Tensor, tf } from "../tensor/mod.ts";

/** Whether a length stands for an axis that has none yet, because the function is being traced. */
export function isSymbolic(length: number): boolean {
  return isTracing() && typeof activeTrace().sizes([length])[0] !== "number";
}

/** A length to compute with: the number, or where it is symbolic a tensor that has its value at run time. */
export function lengthValue(length: number): number | Tensor {
  return isSymbolic(length) ? tf.sum(tf.fill([length], 1)) : length;
}
