import { checkText } from "./byte_strings.ts";
import { WIRE_FORMS, type WireTensor, type WireType } from "./datatypes.ts";
import { toHalf } from "./half.ts";
import { refuse, shown } from "./serve_error.ts";

/**
 * Writes an element at a place of the bytes. Returns false for a value that is none of the type.
 */
type Write = (view: DataView, at: number, value: unknown) => boolean;

const WORDS = new Map<unknown, number>([
  // A null stands for NaN: JSON has no word for it, and kserve and mlserver write it so.
  [null, NaN],
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

const real = (set: (view: DataView, at: number, value: number) => void): Write => (view, at, value) => {
  const number = typeof value === "number"
    ? value
    : typeof value === "bigint"
    ? Number(value)
    : WORDS.get(value);
  if (number === undefined) return false;
  set(view, at, number);
  return true;
};

const integer = (
  low: number,
  high: number,
  set: (view: DataView, at: number, value: number) => void,
): Write =>
(view, at, value) => {
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) return false;
  set(view, at, value as number);
  return true;
};

const longInteger = (low: bigint, high: bigint): Write => (view, at, value) => {
  // Without a fraction, and known to the last digit.
  if (typeof value !== "bigint" && !Number.isSafeInteger(value)) return false;
  const exact = BigInt(value as number | bigint);
  if (exact < low || exact > high) return false;
  view.setBigInt64(at, exact, true);
  return true;
};

const WRITERS: Partial<Readonly<Record<WireType, Write>>> = {
  BOOL(view, at, value) {
    const bit = typeof value === "boolean" ? Number(value) : value;
    if (bit !== 0 && bit !== 1) return false;
    view.setUint8(at, bit);
    return true;
  },
  UINT8: integer(0, 255, (view, at, x) => view.setUint8(at, x)),
  UINT16: integer(0, 65535, (view, at, x) => view.setUint16(at, x, true)),
  UINT32: integer(0, 2 ** 32 - 1, (view, at, x) => view.setUint32(at, x, true)),
  UINT64: longInteger(0n, 2n ** 64n - 1n),
  INT8: integer(-128, 127, (view, at, x) => view.setInt8(at, x)),
  INT16: integer(-32768, 32767, (view, at, x) => view.setInt16(at, x, true)),
  INT32: integer(-(2 ** 31), 2 ** 31 - 1, (view, at, x) => view.setInt32(at, x, true)),
  INT64: longInteger(-(2n ** 63n), 2n ** 63n - 1n),
  FP16: real((view, at, x) => view.setUint16(at, toHalf(x), true)),
  FP32: real((view, at, x) => view.setFloat32(at, x, true)),
  FP64: real((view, at, x) => view.setFloat64(at, x, true)),
};

/**
 * Reads the elements of an input from a JSON array, flat or nested as its shape is.
 *
 * @param size the number of elements of the shape
 * @throws ServeError for another number of them, other nesting, and values that are none of the
 * type.
 */
export function readData(
  data: unknown,
  { name, datatype, shape }: Omit<WireTensor, "data">,
  size: number,
): WireTensor["data"] {
  if (!Array.isArray(data)) {
    refuse(`the "data" of the input "${name}" is ${shown(data)}, expected an array`);
  }
  const texts: string[] = [], bytes = WIRE_FORMS[datatype].bytes, write = WRITERS[datatype];
  const isText = datatype === "BYTES";
  if (!isText && !write) refuse(`the input "${name}" is ${datatype}, which only comes as binary data`);
  const array = new Uint8Array(size * bytes), view = new DataView(array.buffer);
  let count = 0;
  const put = (value: unknown): void => {
    if (count >= size) return void count++;
    const isRight = isText
      ? typeof value === "string" && value.isWellFormed() && texts.push(value) > 0
      : write!(view, count * bytes, value);
    if (!isRight) {
      refuse(`element ${count} of the input "${name}" is ${shown(value)}, expected a value of ${datatype}`);
    }
    if (isText) checkText(value as string, count, name);
    count++;
  };
  const nested = (values: unknown, level: number): void => {
    if (level === shape.length) return put(values);
    if (!Array.isArray(values) || values.length !== shape[level]) {
      refuse(
        `the "data" of the input "${name}" is nested otherwise than its shape [${shape}]: on level ${level} there is ` +
          (Array.isArray(values) ? `an array of ${values.length}` : shown(values)),
      );
    }
    for (const value of values) nested(value, level + 1);
  };
  if (data.some(Array.isArray)) nested(data, 0);
  else data.forEach(put);
  if (count !== size) {
    refuse(
      `the input "${name}" has ${data.length} elements of "data", expected ${size} for its shape [${shape}]`,
    );
  }
  return isText ? texts : array;
}
