import { dtypeOf, type HostArray, type HostData } from "./host_array.ts";
import { sizeOf } from "./shape.ts";

/** Arrays by name and text by name: what a safetensors file holds. */
export interface Safetensors {
  /** Arrays by name. */
  readonly tensors: Readonly<Record<string, HostArray>>;
  /** Text by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

const typeNames = { float32: "F32", float64: "F64", int32: "I32", bool: "U8" };

type Fail = (reason: string) => never;

/** The reading of a type: as the narrowest that holds its values. */
interface Reader {
  readonly bytes: number;
  read(from: ArrayBuffer, fail: Fail): HostData;
}

/** Returns the value of an IEEE half: a sign, five bits of exponent, ten of fraction. */
function fromHalf(bits: number): number {
  const sign = bits >> 15 ? -1 : 1, exponent = bits >> 10 & 31, fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

const readers: Readonly<Record<string, Reader>> = {
  F32: { bytes: 4, read: (from) => new Float32Array(from) },
  F64: { bytes: 8, read: (from) => new Float64Array(from) },
  I32: { bytes: 4, read: (from) => new Int32Array(from) },
  U8: { bytes: 1, read: (from) => new Uint8Array(from) },
  BOOL: { bytes: 1, read: (from) => new Uint8Array(from) },
  F16: { bytes: 2, read: (from) => Float32Array.from(new Uint16Array(from), fromHalf) },
  BF16: {
    bytes: 2,
    // It is the upper half of a float32.
    read: (from) => new Float32Array(Uint32Array.from(new Uint16Array(from), (half) => half << 16).buffer),
  },
  I64: {
    bytes: 8,
    read: (from, fail) =>
      Int32Array.from(Array.from(new BigInt64Array(from), (value) => {
        if (value !== BigInt.asIntN(32, value)) fail(`holds ${value}, which does not fit into 32 bits`);
        return Number(value);
      })),
  },
};

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/**
 * Writes arrays in the safetensors format: the length of the header, the header as JSON, the
 * numbers (little-endian).
 *
 * @example There and back
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const tensors = { weight: { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] } };
 * const read = decodeSafetensors(encodeSafetensors({ tensors, metadata: { step: "7" } }));
 * assert.deepEqual(read.tensors.weight, tensors.weight);
 * assert.equal(read.metadata.step, "7");
 * ```
 */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  // Wider numbers first, so that all lie aligned.
  const names = Object.keys(tensors).sort((a, b) =>
    tensors[b].data.BYTES_PER_ELEMENT - tensors[a].data.BYTES_PER_ELEMENT || (a < b ? -1 : 1)
  );
  let end = 0;
  for (const name of names) {
    const { data, shape } = tensors[name], dtype = typeNames[dtypeOf(tensors[name])];
    header[name] = { dtype, shape, data_offsets: [end, end += data.byteLength] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(text.length / 8) * 8, file = new Uint8Array(start + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.fill(" ".charCodeAt(0), 8, start);
  file.set(text, 8);
  let offset = start;
  for (const name of names) {
    const { data } = tensors[name];
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

/**
 * Reads the safetensors format: float32, float64, int32 and uint8; also bool (as uint8), float16
 * and bfloat16 (as float32, which has all their values) and int64 (as int32).
 *
 * @param source what is read, for messages (default "the bytes")
 * @throws Error that says where the bytes are not of the format.
 *
 * @example What is no safetensors file
 * ```ts
 * import { decodeSafetensors } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * assert.throws(() => decodeSafetensors(new Uint8Array(3), "notes.txt"), {
 *   message: "Cannot read notes.txt as safetensors: it has 3 bytes, too few for a header",
 * });
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array, source = "the bytes"): Safetensors {
  const fail = (reason: string): never => {
    throw new Error(`Cannot read ${source} as safetensors: ${reason}`);
  };
  if (bytes.length < 8) fail(`it has ${bytes.length} bytes, too few for a header`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8) {
    fail(
      `its header should have ${length} bytes, the file has ${bytes.length}; it is truncated or no safetensors file`,
    );
  }
  let header: Record<string, Entry | Record<string, string>>;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    return fail("its header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    fail("its header is not an object");
  }
  const data = bytes.subarray(8 + length), tensors: Record<string, HostArray> = {};
  const { __metadata__: metadata = {}, ...entries } = header;
  let end = 0;
  for (const [name, entry] of Object.entries(entries) as [string, Entry][]) {
    const type = Object.hasOwn(readers, entry?.dtype)
      ? readers[entry.dtype]
      : fail(`"${name}" has dtype ${entry?.dtype}, expected ${Object.keys(readers).join(", ")}`);
    const [from, to] = entry.data_offsets ?? [],
      size = sizeOf(entry.shape ?? []) * type.bytes;
    if (!(Number.isSafeInteger(from) && from >= 0 && to - from === size)) {
      fail(`"${name}" has shape [${entry.shape}] but offsets ${from} to ${to}`);
    }
    if (to > data.length) {
      fail(`it is truncated: "${name}" should end at byte ${to} of the numbers, there are ${data.length}`);
    }
    end = Math.max(end, to);
    const copy = data.slice(from, to).buffer as ArrayBuffer;
    tensors[name] = { data: type.read(copy, (reason) => fail(`"${name}" ${reason}`)), shape: entry.shape };
  }
  if (end !== data.length) fail(`it has ${data.length - end} bytes more than its header says`);
  return { tensors, metadata: metadata as Record<string, string> };
}
