import { currentGraph, type DType, Value } from "../ir/graph.ts";
import { isStatic, sizeOf, type Sizes } from "../ir/size.ts";

/** The element types of numbers. */
export const numbers: readonly DType[] = ["float", "int32"];

/** Returns a number as an element type holds it. */
export function held(number: number, dtype: DType): number {
  return dtype === "float" ? number : dtype === "int32" ? number | 0 : Number(number !== 0);
}

/** Returns a constant with the same number everywhere; its shape may be symbolic. */
export function fill(shape: Sizes, number: number, dtype: DType = "float"): Value {
  const { root } = currentGraph();
  const key = `${dtype}[${shape}]${Object.is(number, -0) ? "-0" : number}`;
  let value = root.constants.get(key);
  if (!value) root.constants.set(key, value = new Value(shape, dtype, root, undefined, { fill: number }));
  return value;
}

/** Returns a scalar constant. */
export function scalar(number: number, dtype: DType = "float"): Value {
  return fill([], number, dtype);
}

/** Returns a constant with the given numbers; equal numbers become a fill. */
export function constant(data: ArrayLike<number>, shape: Sizes, dtype: DType): Value {
  if (!isStatic(shape) || sizeOf(shape) !== data.length) {
    throw new Error(`Cannot make a constant of shape [${shape}] from ${data.length} numbers`);
  }
  let equal = data.length > 0;
  for (let i = 1; i < data.length && equal; i++) equal = Object.is(data[i], data[0]);
  if (equal) return fill(shape, data[0], dtype);
  const copy = dtype === "float"
    ? Float64Array.from(data)
    : dtype === "int32"
    ? Int32Array.from(data)
    : Uint8Array.from(data);
  return new Value(shape, dtype, currentGraph().root, undefined, { data: copy });
}

/** Returns the number a constant holds everywhere, or undefined. */
export function fillOf(value: Value): number | undefined {
  return value.constant && "fill" in value.constant ? value.constant.fill : undefined;
}
