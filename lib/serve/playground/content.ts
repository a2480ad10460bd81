import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { packed } from "../http/compression.ts";
import type { Asset } from "./assets.ts";

/** A compression that the browser takes. */
type Encoding = "gzip" | "deflate";

/** Bytes as they are sent, and the headers that tell of their compression. */
type Sent = Awaited<ReturnType<typeof packed>>;

/** The content of a file of the page, which is read when it is sent. */
export interface Content {
  /** Its type, for the browser. */
  readonly type: string;
  /** A mark that changes when it does. */
  readonly etag: string;
  /** Reads it, and packs it where that is worth it. */
  read(encoding?: Encoding): Promise<Sent>;
}

/** Files that were packed, by place, mark and compression: ONNX Runtime takes a quarter second. */
const kept = new Map<string, Promise<Sent>>();

/** Returns the content of a file as it lies on the disk; its mark is told by size and time. */
export async function contentOfFile({ path, type }: Asset): Promise<Content> {
  const { size, mtimeMs } = await stat(path), etag = `W/"${size}-${mtimeMs}"`;
  const load = async (encoding?: Encoding) => packed(new Uint8Array(await readFile(path)), encoding);
  return {
    type,
    etag,
    read(encoding) {
      if (!encoding) return load();
      const key = `${path} ${etag} ${encoding}`, sent = kept.get(key) ?? load(encoding);
      kept.set(key, sent);
      sent.catch(() => kept.delete(key));
      return sent;
    },
  };
}

/** Returns bytes as a content that is sent as it is; its mark is told by all of them. */
export function contentOf(bytes: Uint8Array, type: string): Content {
  const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`;
  return {
    type,
    etag,
    read: () => Promise.resolve({ body: bytes as Uint8Array<ArrayBuffer>, headers: {} }),
  };
}
