import { promisify } from "node:util";
import { deflate, gunzip, gzip, inflate } from "node:zlib";
import { ServeError } from "../protocol/serve_error.ts";
import { tooLarge } from "./read_body.ts";

const unpack = { gzip: promisify(gunzip), deflate: promisify(inflate) };
const pack = { gzip: promisify(gzip), deflate: promisify(deflate) };

/** Bytes below which an answer is sent as it is. */
const SMALL = 1024;

/**
 * Unpacks a body that is announced as compressed.
 *
 * @param most the most bytes of the result; what is beyond is not unpacked
 * @throws (rejects) ServeError 400 where it is not what is announced, 413 where it is too large,
 * 415 for another compression than gzip and deflate.
 */
export async function unpacked(body: Uint8Array, encoding: string | null, most: number): Promise<Uint8Array> {
  const name = (encoding ?? "").trim().toLowerCase();
  if (name === "" || name === "identity") return body;
  if (name !== "gzip" && name !== "deflate") {
    throw new ServeError(415, `Content-Encoding is ${name.slice(0, 60)}, expected gzip, deflate or none`);
  }
  try {
    return new Uint8Array(await unpack[name](body, { maxOutputLength: most }));
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(most);
    throw new ServeError(
      400,
      `Content-Encoding announces ${name}, which the body is not; a dictionary of headers that an earlier call has ` +
        "filled is not to be used again",
    );
  }
}

/** Returns the compression that a request accepts for its answer: the first of those there are. */
export function acceptedEncoding(header: string | null): "gzip" | "deflate" | undefined {
  for (const item of (header ?? "").split(",")) {
    const [name, ...parameters] = item.split(";").map((text) => text.trim().toLowerCase());
    const isRefused = parameters.some((text) => /^q=0(\.0*)?$/.test(text));
    if ((name === "gzip" || name === "deflate") && !isRefused) return name;
  }
  return undefined;
}

/** Packs the body of an answer as a request accepts it, where that is worth it. */
export async function packed(
  body: Uint8Array<ArrayBuffer>,
  encoding: "gzip" | "deflate" | undefined,
): Promise<{ body: Uint8Array<ArrayBuffer>; headers: Record<string, string> }> {
  if (!encoding || body.length < SMALL) return { body, headers: {} };
  // Numbers shrink little: the fastest level is hardly worse than the best.
  const bytes = await pack[encoding](body, { level: 1 });
  return { body: new Uint8Array(bytes), headers: { "content-encoding": encoding } };
}
