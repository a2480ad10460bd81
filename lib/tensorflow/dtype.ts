/** The element types of TensorFlow that have a name here, and their numbers in its C API. */
export const DTYPE_CODES = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  int16: 5,
  int8: 6,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  uint16: 17,
  complex128: 18,
  float16: 19,
  resource: 20,
  variant: 21,
  uint32: 22,
  uint64: 23,
} as const;

/** An element type. */
export type DType = keyof typeof DTYPE_CODES;

/** The elements of a tensor. A complex number is two elements; float16 and bfloat16 are bits. */
export type TensorData =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

interface Layout {
  /** Bytes of an element. */
  readonly bytes: number;
  /** The array its elements are read into. */
  readonly array: new (buffer: ArrayBuffer) => TensorData;
}

const LAYOUTS: Readonly<Partial<Record<number, Layout>>> = {
  [DTYPE_CODES.float32]: { bytes: 4, array: Float32Array },
  [DTYPE_CODES.float64]: { bytes: 8, array: Float64Array },
  [DTYPE_CODES.int32]: { bytes: 4, array: Int32Array },
  [DTYPE_CODES.uint8]: { bytes: 1, array: Uint8Array },
  [DTYPE_CODES.int16]: { bytes: 2, array: Int16Array },
  [DTYPE_CODES.int8]: { bytes: 1, array: Int8Array },
  [DTYPE_CODES.complex64]: { bytes: 8, array: Float32Array },
  [DTYPE_CODES.int64]: { bytes: 8, array: BigInt64Array },
  [DTYPE_CODES.bool]: { bytes: 1, array: Uint8Array },
  [DTYPE_CODES.bfloat16]: { bytes: 2, array: Uint16Array },
  [DTYPE_CODES.uint16]: { bytes: 2, array: Uint16Array },
  [DTYPE_CODES.complex128]: { bytes: 16, array: Float64Array },
  [DTYPE_CODES.float16]: { bytes: 2, array: Uint16Array },
  [DTYPE_CODES.uint32]: { bytes: 4, array: Uint32Array },
  [DTYPE_CODES.uint64]: { bytes: 8, array: BigUint64Array },
};

const NAMES = new Map<number, DType>(
  Object.entries(DTYPE_CODES).map(([name, code]) => [code, name as DType]),
);

/** Returns the name of an element type by its number. Throws for one that has none here. */
export function dtypeName(code: number): DType {
  const name = NAMES.get(code);
  if (!name) {
    throw new Error(
      `Unknown element type ${code} of TensorFlow: there are ${[...NAMES.values()].join(", ")}`,
    );
  }
  return name;
}

/** Returns the layout of a type in memory. Throws for types that only TensorFlow can read. */
export function layoutOf(code: number): Layout {
  const layout = LAYOUTS[code];
  if (!layout) {
    throw new Error(
      `Cannot move elements of type ${NAMES.get(code) ?? code}: they have no array in JavaScript`,
    );
  }
  return layout;
}
