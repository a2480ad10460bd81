import type { DataFile } from "./dataset.ts";
import { sha256 } from "../system/mod.ts";

/** Time limits of a download, in milliseconds. */
export interface Timeouts {
  /** Until the server answers (default 10 seconds). */
  readonly answer?: number;
  /** Until the last byte is there (default 60 seconds). */
  readonly body?: number;
}

/** Returns why bytes are not those of a file, or undefined where they are, or may be. */
export async function mismatch(file: DataFile, bytes: Uint8Array): Promise<string | undefined> {
  if (file.sha256 === null) return undefined;
  const hash = await sha256(bytes);
  if (hash === file.sha256) return undefined;
  return `it has sha256 ${hash} (${bytes.length} bytes), expected ${file.sha256} (${file.bytes} bytes)`;
}

/** Returns the reason as the network says it: fetch's own message names the cause only. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message } = error.cause instanceof Error ? error.cause : error;
  return message.replace(/^error sending request for url \(.*?\): /, "");
}

/**
 * Downloads a file from its pinned address and checks it. Throws an error that says what happened:
 * no network, an HTTP status, a time-out, a body cut short, or other contents than the pinned ones.
 */
export async function download(
  file: DataFile,
  { answer = 10_000, body = 60_000 }: Timeouts = {},
): Promise<Uint8Array> {
  const { url } = file, stop = new AbortController();
  if (url === null) throw new Error(`${file.name} has no address to be downloaded from`);
  let waiting = `no answer in ${answer / 1000} s`;
  let timer = setTimeout(() => stop.abort(), answer);
  try {
    const response = await fetch(url, { signal: stop.signal });
    clearTimeout(timer);
    waiting = `not complete after ${body / 1000} s`;
    timer = setTimeout(() => stop.abort(), body);
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`the server answered ${`${response.status} ${response.statusText}`.trim()}`);
    }
    const bytes = new Uint8Array(
      await response.arrayBuffer().catch((error) => {
        throw new Error(`the body ended early (${reason(error)})`);
      }),
    );
    const wrong = await mismatch(file, bytes);
    if (wrong) throw new Error(wrong);
    return bytes;
  } catch (error) {
    throw new Error(
      `Cannot download ${file.name} from ${url}: ${stop.signal.aborted ? waiting : reason(error)}`,
    );
  } finally {
    clearTimeout(timer);
  }
}
