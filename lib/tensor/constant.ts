import { asynchronousKind } from "../system/mod.ts";
import { isHostArray } from "./host_array.ts";
import { type Tensor, type TensorLike, tf } from "./tf.ts";
import { activeTracer } from "./tracer.ts";

/**
 * Returns a scalar float constant. In a trace it keeps all the digits of a double, which a graph of
 * dtype float64 needs: tfjs rounds every number it is handed to float32 before a backend sees it.
 *
 * @example All digits of a double in a float64 graph
 * ```ts
 * import { compile } from "@pyrosaur/pyrosaur/compile";
 * import { constant, type Tensor } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const third = compile((x: Tensor) => x.mul(constant(1 / 3)), { dtype: "float64" });
 * const { data } = await third.arrays({ data: Float64Array.of(1), shape: [1] });
 * assert.equal(data[0], 1 / 3);
 * ```
 */
export function constant(value: number): Tensor {
  return activeTracer()?.constant(value) ?? tf.scalar(value, "float32");
}

/**
 * Returns a float tensor from a tensor, number (unrounded in a trace), boolean or nested array.
 * @throws Error for anything else.
 */
export function asTensor(value: TensorLike): Tensor {
  if (value instanceof tf.Tensor) return value;
  if (typeof value === "number") return constant(value);
  if (typeof value === "boolean") return constant(Number(value));
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    return tf.tensor(value as number[], undefined, "float32");
  }
  const isArray = isHostArray(value);
  const found = asynchronousKind(value) ?? (isArray ? "an array with its shape" : describe(value));
  throw new Error(
    `Cannot take ${found} as numbers, expected a tensor, a number or nested arrays of numbers` +
      (isArray ? "; toTensor makes it a tensor" : ""),
  );
}

const describe = (value: unknown): string =>
  typeof value === "function"
    ? "a function"
    : typeof value === "object" && value !== null
    ? `an object of class ${value.constructor?.name ?? "Object"}`
    : typeof value === "string"
    ? JSON.stringify(value)
    : String(value);
