import { refuse } from "./serve_error.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }), encoder = new TextEncoder();

/**
 * Reads the binary form of BYTES: before each element its length in 4 bytes, little-endian.
 *
 * @param size the number of elements expected
 * @throws ServeError where lengths lie, and for elements that are no UTF-8: ONNX Runtime's strings
 * for JavaScript are text.
 */
export function readByteStrings(bytes: Uint8Array, size: number, name: string): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), texts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const from = at + 4, length = from <= bytes.length ? view.getUint32(at, true) : Infinity;
    if (from + length > bytes.length) {
      refuse(`element ${texts.length} of the input "${name}" is longer than its binary data`);
    }
    at = from + length;
    let text: string;
    try {
      text = decoder.decode(bytes.subarray(from, at));
    } catch {
      refuse(`element ${texts.length} of the input "${name}" is no UTF-8, expected text`);
    }
    checkText(text, texts.length, name);
    texts.push(text);
  }
  if (texts.length !== size) {
    refuse(`the input "${name}" has ${texts.length} elements of binary data, expected ${size} for its shape`);
  }
  return texts;
}

/** Throws ServeError for a text that would not go through ONNX Runtime unharmed. */
export function checkText(text: string, place: number, name: string): void {
  if (!text.includes("\0")) return;
  refuse(
    `element ${place} of the input "${name}" has a character NUL, at which ONNX Runtime for JavaScript cuts texts`,
  );
}

/** Returns the binary form of texts. */
export function writeByteStrings(texts: readonly string[]): Uint8Array {
  const parts = texts.map((text) => encoder.encode(text));
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}
