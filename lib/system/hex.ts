import { Buffer } from "node:buffer";

/** Returns bytes in lower-case hexadecimal. */
export const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
