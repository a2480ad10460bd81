import { Buffer } from "node:buffer";

/** The typed arrays that plain data may hold, by the names of their elements. */
const ARRAYS = {
  uint8: Uint8Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

type ElementName = keyof typeof ARRAYS;

/** Names that stand for what JSON lacks; data's own names that look like these get one more `$`. */
const RESERVED = /^\$+(number|array)$/;

/** Tells whether a value is a number that JSON cannot write. */
const isSpecial = (value: number): boolean => !Number.isFinite(value) || Object.is(value, -0);

/** Tells whether JSON brings a value back: what it drops, or changes without a word, is refused. */
function isPlain(value: unknown, isInArray: boolean): boolean {
  if (value === undefined) return !isInArray;
  if (typeof value !== "object" || value === null) return !/function|symbol|bigint/.test(typeof value);
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

const kindOf = (value: unknown): string =>
  typeof value === "object" ? value?.constructor?.name ?? "object" : typeof value;

/** Records of ours that stand for what JSON lacks: their names are not data's own. */
type Stands = WeakSet<object>;

function arrayOf(part: ArrayBufferView): object {
  const name = Object.entries(ARRAYS).find(([, type]) => part instanceof type)?.[0];
  if (!name) {
    const types = Object.keys(ARRAYS).join(", ");
    throw new Error(`Cannot write a ${part.constructor.name}: expected an array of ${types}`);
  }
  const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
  return { $array: name, bytes: bytes.toString("base64") };
}

/** Returns a part as JSON is to write it; `original` is the part before its own toJSON. */
function written(key: string, original: unknown, part: unknown, isInArray: boolean, stands: Stands): unknown {
  const isArray = ArrayBuffer.isView(part);
  if (isArray || (typeof part === "number" && isSpecial(part))) {
    const stand = isArray ? arrayOf(part) : { $number: Object.is(part, -0) ? "-0" : `${part}` };
    stands.add(stand);
    return stand;
  }
  if (!isPlain(original, isInArray)) {
    const kind = kindOf(original), what = key === "" ? kind : `${key} (${kind})`;
    throw new Error(`Cannot write ${what}: expected plain data`);
  }
  return part;
}

/** Returns a record with the names that JSON is to write, in order where that is asked for. */
function renamed(record: object, inOrder: boolean): unknown {
  const names = Object.keys(record), isAsIs = !inOrder && !names.some((name) => RESERVED.test(name));
  if (isAsIs) return record;
  const entries = Object.entries(record).map(([name, part]) =>
    [RESERVED.test(name) ? `$${name}` : name, part] as const
  );
  if (inOrder) entries.sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries);
}

/** The form of plain data as text. */
export interface PlainOptions {
  /** Writes the names of records in alphabetical order (default: as they are). */
  readonly inOrder?: boolean;
  /** Leaves functions out, as JSON does, instead of refusing them (default false). */
  readonly omitFunctions?: boolean;
}

/**
 * Writes plain data as JSON that `parsePlain` reads back bit for bit: typed arrays as base64 of
 * their bytes, and numbers that JSON lacks by their names. Properties that are undefined are left
 * out.
 *
 * @throws Error for an array of another type, for what is not plain data, and for data that are
 * nested too deep to be written.
 *
 * @example Infinity comes back
 * ```ts
 * import { formatPlain, parsePlain } from "@pyrosaur/pyrosaur/system";
 * import assert from "node:assert/strict";
 *
 * assert.equal(formatPlain({ clip: Infinity }), '{"clip":{"$number":"Infinity"}}');
 * assert.deepEqual(parsePlain(formatPlain({ clip: -Infinity })), { clip: -Infinity });
 * ```
 */
export function formatPlain(value: unknown, options: PlainOptions = {}): string {
  const { inOrder = false, omitFunctions = false } = options;
  if (value === undefined) throw new Error("Cannot write undefined: expected plain data");
  const stands: Stands = new WeakSet();
  try {
    return JSON.stringify(value, function (this: any, key, part: unknown) {
      // The names within our own stands are not data's, nor are their values.
      if (stands.has(this)) return part;
      if (omitFunctions && typeof part === "function") return Array.isArray(this) ? null : undefined;
      // Of equal values the texts in order are equal: 0 and -0 are.
      const value = inOrder && part === 0 ? 0 : part;
      const result = written(key, this[key], value, Array.isArray(this), stands);
      const isRecord = typeof result === "object" && result !== null && !Array.isArray(result);
      return isRecord && !stands.has(result) ? renamed(result, inOrder) : result;
    });
  } catch (error) {
    if (error instanceof RangeError) throw new Error("Cannot write the data: they are nested too deep");
    throw error;
  }
}

/** Returns data with what stands for numbers and arrays in them put back. */
function restored(part: any): unknown {
  if (typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) return part.map(restored);
  if (Object.hasOwn(part, "$number")) return Number(part.$number);
  if (Object.hasOwn(part, "$array")) {
    // A copy: small Buffers share their memory.
    const { buffer } = new Uint8Array(Buffer.from(part.bytes, "base64"));
    return new ARRAYS[part.$array as ElementName](buffer);
  }
  return Object.fromEntries(
    Object.entries(part).map((
      [name, value],
    ) => [RESERVED.test(name) ? name.slice(1) : name, restored(value)]),
  );
}

/** Reads what `formatPlain` wrote. @throws SyntaxError where the text is no JSON. */
export function parsePlain(text: string): unknown {
  return restored(JSON.parse(text));
}
