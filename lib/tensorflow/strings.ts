import type { Address } from "./memory.ts";
import type { Symbols } from "./symbols.ts";

/** Bytes that a string takes in a tensor of strings (`TF_TString`), wherever its text lies. */
export const STRING_BYTES = 24;

const encoder = new TextEncoder();

/** Writes strings, as UTF-8 or as bytes, into a fresh tensor, which then owns them. */
export function writeStrings(symbols: Symbols, to: Address, strings: readonly (string | Uint8Array)[]): void {
  for (const text of strings) {
    const bytes = typeof text === "string" ? encoder.encode(text) : text;
    symbols.TF_StringInit(to);
    symbols.TF_StringCopy(to, bytes as Uint8Array<ArrayBuffer>, BigInt(bytes.byteLength));
    to += BigInt(STRING_BYTES);
  }
}

/** Returns the bytes of strings that lie one after another. */
export function readStrings(symbols: Symbols, from: Address, count: number): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: count }, (_, i) => {
    const string = from + BigInt(i * STRING_BYTES), size = symbols.TF_StringGetSize(string);
    const bytes = new Uint8Array(Number(size));
    if (size > 0n) symbols.copyOut(bytes, symbols.TF_StringGetDataPointer(string), size);
    return bytes;
  });
}
