import { beyondLimits } from "../system/mod.ts";
import { dtypeOf, type HostArray } from "./host_array.ts";
import { readerOf } from "./safetensors_dtypes.ts";
import { formatShape, sizeOf } from "./shape.ts";

/** Arrays by name and text by name: what a safetensors file holds. */
export interface Safetensors {
  /** Arrays by name. */
  readonly tensors: Readonly<Record<string, HostArray>>;
  /** Text by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

const typeNames = { float32: "F32", float64: "F64", int32: "I32", bool: "U8" };

/** The name in the header under which the text lies: no tensor can have it. */
const METADATA = "__metadata__";

type Fail = (reason: string) => never;

const failing = (action: string): Fail => (reason) => {
  throw new Error(`${action}: ${reason}`);
};

const isLength = (value: unknown): value is number => Number.isSafeInteger(value) && value as number >= 0;

/** Rejects a shape that is no list of lengths, or of more elements than can be counted. */
function checkShape(name: string, shape: unknown, fail: Fail): asserts shape is number[] {
  if (!Array.isArray(shape) || !shape.every(isLength) || !isLength(sizeOf(shape))) {
    fail(`${quoted(name)} has shape ${JSON.stringify(shape)}, expected a list of lengths, integers from 0`);
  }
}

/** Rejects text that is not in the format: names and values are UTF-8. */
function checkText(what: string, text: unknown, fail: Fail): asserts text is string {
  if (typeof text !== "string") fail(`${what} is ${JSON.stringify(text)}, expected text`);
  if (!(text as string).isWellFormed()) fail(`${what} is not well-formed Unicode`);
}

const quoted = (name: string) => JSON.stringify(name);

function checkTensor(name: string, { data, shape }: HostArray, fail: Fail): void {
  checkText(`the name ${quoted(name)}`, name, fail);
  if (name === METADATA) {
    fail(`a tensor is named "${METADATA}", which is the format's name for the metadata; give it another`);
  }
  if (![Float32Array, Float64Array, Int32Array, Uint8Array].some((type) => data instanceof type)) {
    const kind = (data as unknown)?.constructor?.name ?? String(data);
    fail(`${quoted(name)} is a ${kind}, expected a Float32Array, Float64Array, Int32Array or Uint8Array`);
  }
  checkShape(name, shape, fail);
  if (sizeOf(shape) !== data.length) {
    fail(`${quoted(name)} has ${data.length} numbers, its shape ${formatShape(shape)} has ${sizeOf(shape)}`);
  }
}

function checkMetadata(metadata: unknown, fail: Fail): asserts metadata is Record<string, string> {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
    fail(`the metadata are ${JSON.stringify(metadata)}, expected text by name`);
  }
  for (const [name, text] of Object.entries(metadata as object)) {
    checkText(`the name ${quoted(name)}`, name, fail);
    checkText(`the metadata's ${quoted(name)}`, text, fail);
  }
}

/**
 * Writes arrays in the safetensors format: the length of the header, the header as JSON, the
 * numbers (little-endian).
 *
 * @throws Error for a tensor named `__metadata__`, one whose shape has another number of elements
 * than its data, data of another type than a `HostArray` has, and metadata that are not text.
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
  const fail = failing("Cannot write safetensors");
  checkMetadata(metadata, fail);
  for (const [name, tensor] of Object.entries(tensors)) checkTensor(name, tensor, fail);
  const header: [string, unknown][] = [[METADATA, metadata]];
  // Wider numbers first, so that all lie aligned.
  const names = Object.keys(tensors).sort((a, b) =>
    tensors[b].data.BYTES_PER_ELEMENT - tensors[a].data.BYTES_PER_ELEMENT || (a < b ? -1 : 1)
  );
  let end = 0;
  for (const name of names) {
    const { data, shape } = tensors[name], dtype = typeNames[dtypeOf(tensors[name])];
    header.push([name, { dtype, shape, data_offsets: [end, end += data.byteLength] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
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

/** The place of a tensor among the numbers. */
interface Place {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Rejects numbers of two tensors, and numbers of none. */
function checkPlaces(places: Place[], size: number, fail: Fail): void {
  let end = 0;
  for (const { name, from, to } of places.sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (to > size) {
      fail(`it is truncated: ${quoted(name)} should end at byte ${to} of the numbers, there are ${size}`);
    }
    if (from !== end) {
      fail(`${quoted(name)} begins at byte ${from} of the numbers, the one before it ends at ${end}`);
    }
    end = to;
  }
  if (end !== size) fail(`it has ${size - end} bytes more than its header says`);
}

/**
 * Reads the safetensors format: float32, float64, int32 and uint8 as they are; bool as uint8;
 * float16, bfloat16 and the types of 8 bits as float32, which has all their values; the other
 * integers as int32.
 *
 * @param bytes in any view: a Node Buffer too
 * @param source what is read, for messages (default "the bytes")
 * @throws Error that says where the bytes are not of the format, and for numbers that no array
 * here can hold: integers beyond 32 bits, complex numbers, and those of 4 or 6 bits.
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
export function decodeSafetensors(bytes: ArrayBuffer | ArrayBufferView, source = "the bytes"): Safetensors {
  const fail = failing(`Cannot read ${source} as safetensors`);
  // A Buffer's own slice() would share its memory.
  const file = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  const { header, data } = split(file, fail), { [METADATA]: metadata = {}, ...entries } = header;
  checkMetadata(metadata, fail);
  const places: Place[] = [];
  const read = Object.entries(entries).map(([name, entry]) => {
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
    const type = readerOf(dtype, (reason) => fail(`${quoted(name)} ${reason}`));
    checkShape(name, shape, fail);
    const [from, to] = Array.isArray(offsets) ? offsets : [], size = sizeOf(shape) * type.bytes;
    if (!(isLength(from) && isLength(to) && to - from === size && (offsets as unknown[]).length === 2)) {
      fail(`${quoted(name)} has shape [${shape}] but offsets ${from} to ${to}`);
    }
    places.push({ name, from, to });
    return { name, type, shape, from, to };
  });
  checkPlaces(places, data.length, fail);
  const tensors = read.map(({ name, type, shape, from, to }) => {
    const copy = data.slice(from, to).buffer as ArrayBuffer;
    return [name, { data: type.read(copy, (reason) => fail(`${quoted(name)} ${reason}`)), shape }] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

/** Returns the header of a file, and the bytes of its numbers. */
function split(file: Uint8Array, fail: Fail): { header: Record<string, unknown>; data: Uint8Array } {
  if (file.length < 8) fail(`it has ${file.length} bytes, too few for a header`);
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (length > file.length - 8) {
    fail(
      `its header should have ${length} bytes, the file has ${file.length}; it is truncated or no safetensors file`,
    );
  }
  let header: unknown, beyond: string | undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(file.slice(8, 8 + length));
    beyond = beyondLimits(text);
    header = beyond ? {} : JSON.parse(text);
  } catch {
    fail("its header is not JSON");
  }
  if (beyond) fail(`its header: ${beyond}`);
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    fail("its header is not an object");
  }
  return { header: header as Record<string, unknown>, data: file.subarray(8 + length) };
}
