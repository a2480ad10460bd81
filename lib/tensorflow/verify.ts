import { createHash } from "node:crypto";
import type { EngineFile } from "./releases.ts";

/** The file that remembers which files were found right. */
const VERDICT = "verified.json";

/** Size and time of a file when its hash was taken: while neither changes, the hash holds. */
interface Verdict {
  readonly bytes: number;
  readonly modified: number;
  readonly sha256: string;
}

function hashFile(path: string): string {
  const hash = createHash("sha256"), buffer = new Uint8Array(1 << 20);
  using file = Deno.openSync(path);
  for (let n = file.readSync(buffer); n !== null; n = file.readSync(buffer)) {
    hash.update(buffer.subarray(0, n));
  }
  return hash.digest("hex");
}

function remembered(folder: string): Record<string, Verdict> {
  try {
    return JSON.parse(Deno.readTextFileSync(`${folder}/${VERDICT}`)) ?? {};
  } catch {
    return {};
  }
}

/**
 * Checks that files are what they should be. Each is hashed once; the verdict is kept beside them
 * with the size and the time of change it holds for, as 850 MB take a second to hash. Throws an
 * error that names the file, what was found and what was expected.
 */
export function verifyFiles(folder: string, files: readonly EngineFile[]): void {
  const known = remembered(folder), verdicts: Record<string, Verdict> = {};
  let learned = false;
  for (const { path, bytes, sha256 } of files) {
    const full = `${folder}/${path}`;
    let info: Deno.FileInfo;
    try {
      info = Deno.statSync(full);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Error(`Missing file ${full}: the engine is not whole; provision it again`);
    }
    if (info.size !== bytes) {
      throw new Error(
        `Damaged file ${full}: it has ${info.size} bytes, expected ${bytes}; provision the engine again`,
      );
    }
    const before = known[path], modified = info.mtime?.getTime() ?? 0;
    const isKnown = before?.bytes === bytes && before.modified === modified;
    const hash = isKnown ? before.sha256 : hashFile(full);
    if (hash !== sha256) {
      throw new Error(
        `Wrong or damaged file ${full}: it has sha256 ${hash}, expected ${sha256}; provision the engine again`,
      );
    }
    learned ||= !isKnown;
    verdicts[path] = { bytes, modified, sha256 };
  }
  if (!learned) return;
  try {
    const temporary = `${folder}/${VERDICT}.${crypto.randomUUID().slice(0, 8)}.tmp`;
    Deno.writeTextFileSync(temporary, JSON.stringify(verdicts, null, 2) + "\n");
    Deno.renameSync(temporary, `${folder}/${VERDICT}`);
  } catch {
    // A folder that may not be written is checked at each start.
  }
}
