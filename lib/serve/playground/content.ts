import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Asset } from "./assets.ts";

/** The content of a file of the page, which is read when it is sent. */
export interface Content {
  /** Its type, for the browser. */
  readonly type: string;
  /** Its bytes. */
  readonly size: number;
  /** A mark that changes when it does. */
  readonly etag: string;
  /** Reads it. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Returns the content of a file as it lies on the disk; its mark is told by size and time. */
export async function contentOfFile({ path, type }: Asset): Promise<Content> {
  const { size, mtimeMs } = await stat(path);
  const read = () => readFile(path) as Promise<Uint8Array<ArrayBuffer>>;
  return { type, size, etag: `"${size}-${mtimeMs}"`, read };
}

/** Returns bytes as a content; its mark is told by all of them. */
export function contentOf(bytes: Uint8Array, type: string): Content {
  const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`;
  const read = () => Promise.resolve(bytes as Uint8Array<ArrayBuffer>);
  return { type, size: bytes.length, etag, read };
}
