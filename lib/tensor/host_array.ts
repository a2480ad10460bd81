import { type Shape, type Tensor, tf } from "./tf.ts";

/** The element types of a host array. `bool` is stored as 0 and 1. */
export type HostData = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * Numbers in main memory with a shape: what goes into and comes out of a compiled function without
 * passing through tfjs. The only carrier of float64 values, which tfjs does not have.
 */
export interface HostArray {
  /** The numbers, in row-major order. */
  readonly data: HostData;
  /** The lengths of the axes. */
  readonly shape: Shape;
}

/** Returns whether a value is a host array. */
export function isHostArray(value: unknown): value is HostArray {
  return typeof value === "object" && value !== null && ArrayBuffer.isView((value as HostArray).data) &&
    Array.isArray((value as HostArray).shape);
}

/** Returns the element type of a host array. */
export function dtypeOf({ data }: HostArray): "float32" | "float64" | "int32" | "bool" {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  return data instanceof Int32Array ? "int32" : "bool";
}

/** Returns a copy of an eager tensor's values as a host array, typed by its dtype. */
export function toHostArray(tensor: Tensor): HostArray {
  const values = tensor.dataSync() as ArrayLike<number>, shape = tensor.shape.slice();
  // tfjs casts some tensors without touching the array behind them.
  if (tensor.dtype === "float32") return { data: new Float32Array(values), shape };
  return { data: tensor.dtype === "int32" ? new Int32Array(values) : new Uint8Array(values), shape };
}

/** Returns a tensor with the values of a host array; float64 is rounded to float32. */
export function toTensor(array: HostArray): Tensor {
  const { data, shape } = array, dtype = dtypeOf(array);
  if (dtype === "float64") return tf.tensor(Float32Array.from(data), shape, "float32");
  return tf.tensor(data, shape, dtype);
}
