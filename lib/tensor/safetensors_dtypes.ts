import type { HostData } from "./host_array.ts";

/** Rejects a tensor, with the reason. */
export type Fail = (reason: string) => never;

/** An element type of the format, and its reading as the narrowest of ours that has its values. */
interface Reader {
  readonly bytes: number;
  read(from: ArrayBuffer, fail: Fail): HostData;
}

/** Returns the values of a floating-point type by their bits: sign, exponent, fraction. */
function smallFloat(
  exponentBits: number,
  fractionBits: number,
  bias: number,
  special: "ieee" | "fn" | "fnuz",
) {
  const top = (1 << exponentBits) - 1, whole = 1 << fractionBits, signBit = exponentBits + fractionBits;
  return (bits: number): number => {
    const sign = bits >> signBit & 1 ? -1 : 1;
    const exponent = bits >> fractionBits & top, fraction = bits & (whole - 1);
    if (special === "ieee" && exponent === top) return fraction ? NaN : sign * Infinity;
    if (special === "fn" && exponent === top && fraction === whole - 1) return NaN;
    if (special === "fnuz" && bits === 1 << signBit) return NaN;
    return exponent === 0
      ? sign * fraction * 2 ** (1 - bias - fractionBits)
      : sign * (whole + fraction) * 2 ** (exponent - bias - fractionBits);
  };
}

/** Reads a floating-point type of one or two bytes as float32, which has all its values. */
const floats = (bytes: 1 | 2, value: (bits: number) => number): Reader => ({
  bytes,
  read: (from) => Float32Array.from(bytes === 1 ? new Uint8Array(from) : new Uint16Array(from), value),
});

/** Reads integers as int32. */
function integers(
  bytes: number,
  view: (from: ArrayBuffer) => ArrayLike<number | bigint> & Iterable<number | bigint>,
): Reader {
  const read = (from: ArrayBuffer, fail: Fail) => {
    const values = view(from), result = new Int32Array(values.length);
    for (let i = 0; i < values.length; i++) {
      result[i] = Number(values[i]);
      if (result[i] !== Number(values[i])) fail(`holds ${values[i]}, which does not fit into 32 bits`);
    }
    return result;
  };
  return { bytes, read };
}

const readers: Readonly<Record<string, Reader>> = {
  F32: { bytes: 4, read: (from) => new Float32Array(from) },
  F64: { bytes: 8, read: (from) => new Float64Array(from) },
  I32: { bytes: 4, read: (from) => new Int32Array(from) },
  U8: { bytes: 1, read: (from) => new Uint8Array(from) },
  BOOL: { bytes: 1, read: (from) => new Uint8Array(from) },
  I8: integers(1, (from) => new Int8Array(from)),
  I16: integers(2, (from) => new Int16Array(from)),
  U16: integers(2, (from) => new Uint16Array(from)),
  U32: integers(4, (from) => new Uint32Array(from)),
  I64: integers(8, (from) => new BigInt64Array(from)),
  U64: integers(8, (from) => new BigUint64Array(from)),
  F16: floats(2, smallFloat(5, 10, 15, "ieee")),
  BF16: floats(2, smallFloat(8, 7, 127, "ieee")),
  F8_E5M2: floats(1, smallFloat(5, 2, 15, "ieee")),
  F8_E4M3: floats(1, smallFloat(4, 3, 7, "fn")),
  F8_E5M2FNUZ: floats(1, smallFloat(5, 2, 16, "fnuz")),
  F8_E4M3FNUZ: floats(1, smallFloat(4, 3, 8, "fnuz")),
  // Powers of two alone, as scales of blocks; 255 is no number.
  F8_E8M0: floats(1, (bits) => bits === 255 ? NaN : 2 ** (bits - 127)),
};

/** Types of the format that no array of ours has the values of, or that share bytes. */
const UNREAD: Readonly<Record<string, string>> = {
  C64: "complex numbers",
  F4: "numbers of 4 bits",
  F6_E2M3: "numbers of 6 bits",
  F6_E3M2: "numbers of 6 bits",
};

/** Returns the reading of an element type by its name; rejects what cannot be read. */
export function readerOf(dtype: unknown, fail: Fail): Reader {
  if (typeof dtype === "string" && Object.hasOwn(readers, dtype)) return readers[dtype];
  const known = Object.keys(readers).join(", ");
  const what = typeof dtype === "string" && Object.hasOwn(UNREAD, dtype) ? ` (${UNREAD[dtype]})` : "";
  return fail(`has dtype ${dtype}${what}, expected ${known}; convert it before it is saved`);
}
