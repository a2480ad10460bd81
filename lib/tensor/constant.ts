import { type Tensor, type TensorLike, tf } from "./tf.ts";
import { activeTracer } from "./tracer.ts";

/**
 * A scalar float constant. In a trace it keeps all the digits of a double, which a graph of dtype float64 needs:
 * tfjs rounds every number it is handed to float32 before a backend sees it.
 */
export function constant(value: number): Tensor {
  return activeTracer()?.constant(value) ?? tf.scalar(value, "float32");
}

/** A float tensor from a tensor, a number (unrounded in a trace), a boolean or a nested array. */
export function asTensor(value: TensorLike): Tensor {
  if (value instanceof tf.Tensor) return value;
  if (typeof value === "number") return constant(value);
  if (typeof value === "boolean") return constant(Number(value));
  return tf.tensor(value as number[], undefined, "float32");
}
