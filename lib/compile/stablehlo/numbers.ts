import { hex } from "../../system/mod.ts";
import { sizeOf } from "../../tensor/mod.ts";
import { convert } from "../engine/engine.ts";
import type { DType } from "../ir/graph.ts";

const bits = new DataView(new ArrayBuffer(8));

/** Returns a float as MLIR writes it: decimal digits, or its bits where there are none. */
function float(number: number, double: boolean): string {
  // A number beyond float32's range is an infinity there, and MLIR does not accept it in digits.
  const held = double ? number : Math.fround(number);
  if (!Number.isFinite(held) || Object.is(held, -0)) {
    if (double) bits.setFloat64(0, held);
    else bits.setFloat32(0, held);
    const raw = double ? bits.getBigUint64(0) : BigInt(bits.getUint32(0));
    return `0x${raw.toString(16).toUpperCase().padStart(double ? 16 : 8, "0")}`;
  }
  const [digits, exponent] = String(held).split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}${exponent === undefined ? "" : `e${exponent}`}`;
}

/** Returns one number of an element type. */
export function literal(number: number, dtype: DType, double: boolean): string {
  if (dtype === "bool") return number !== 0 ? "true" : "false";
  return dtype === "int32" ? String(Math.trunc(number)) : float(number, double);
}

/**
 * All numbers of a constant, in row-major order, as the text between `dense<` and `>`. Booleans are
 * listed, which is for one axis only; other types are a string of their bytes.
 */
export function denseLiteral(
  data: ArrayLike<number>,
  shape: readonly number[],
  dtype: DType,
  double: boolean,
): string {
  if (sizeOf(shape) === 0) return "";
  if (dtype === "bool") return `[${Array.from(data, (x) => literal(x, dtype, double)).join(", ")}]`;
  const array = convert(data, dtype, double ? "float64" : "float32");
  return `"0x${hex(new Uint8Array(array.buffer)).toUpperCase()}"`;
}
