/** The typed arrays that plain data may hold, by the names of their elements. */
const ARRAYS = {
  uint8: Uint8Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

type ElementName = keyof typeof ARRAYS;

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

/**
 * Writes plain data as JSON that `parsePlain` reads back bit for bit: typed arrays as base64 of
 * their bytes, and numbers that JSON lacks by their names. Properties that are undefined are left
 * out.
 *
 * @throws Error for an array of another type, and for what is not plain data.
 */
export function formatPlain(value: unknown): string {
  if (value === undefined) throw new Error("Cannot write undefined: expected plain data");
  return JSON.stringify(value, function (this: any, key, part: unknown) {
    if (typeof part === "number" && isSpecial(part)) {
      return { $number: Object.is(part, -0) ? "-0" : `${part}` };
    }
    if (!ArrayBuffer.isView(part)) {
      // As it was before its own toJSON, such as a date's.
      if (isPlain(this[key], Array.isArray(this))) return part;
      const kind = kindOf(this[key]), what = key === "" ? kind : `${key} (${kind})`;
      throw new Error(`Cannot write ${what}: expected plain data`);
    }
    const name = Object.entries(ARRAYS).find(([, type]) => part instanceof type)?.[0];
    if (!name) {
      const types = Object.keys(ARRAYS).join(", ");
      throw new Error(`Cannot write a ${part.constructor.name}: expected an array of ${types}`);
    }
    const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    return { $array: name, bytes: bytes.toBase64() };
  });
}

/** Reads what `formatPlain` wrote. @throws SyntaxError where the text is no JSON. */
export function parsePlain(text: string): unknown {
  return JSON.parse(text, (_, part) => {
    if (part?.$number !== undefined) return Number(part.$number);
    if (part?.$array === undefined) return part;
    return new ARRAYS[part.$array as ElementName](Uint8Array.fromBase64(part.bytes).buffer);
  });
}
