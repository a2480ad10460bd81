import { createHash } from "node:crypto";
import type { EngineFile } from "../../lib/tensorflow/mod.ts";
import { unzip, zipEntries } from "./zip.ts";
import type { Wheel } from "./packages.ts";

/** Told how many bytes more were written. Throws to stop. */
type Written = (bytes: number) => void;

/**
 * Writes a file of a folder piece by piece, and returns what it is. Folders on the way are made.
 */
export async function writeEngineFile(
  folder: string,
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  written: Written,
  mode: number = 0o644,
): Promise<EngineFile> {
  const full = `${folder}/${path}`, hash = createHash("sha256");
  await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
  using file = await Deno.open(full, { write: true, createNew: true, mode });
  let bytes = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    for (let at = 0; at < piece.length;) at += await file.write(piece.subarray(at));
    bytes += piece.length;
    written(piece.length);
  }
  return { path, bytes, sha256: hash.digest("hex") };
}

/** Unpacks what is kept of a wheel. Throws where the wheel has none of it. */
export async function unpackWheel(
  wheel: Wheel,
  archive: string,
  folder: string,
  place: (path: string) => string,
  written: Written,
): Promise<EngineFile[]> {
  using file = await Deno.open(archive);
  const kept = (await zipEntries(file)).filter(({ path }) => wheel.keep.test(path)), files: EngineFile[] = [];
  if (kept.length === 0) {
    throw new Error(`the wheel of ${wheel.name} ${wheel.version} has none of the files expected`);
  }
  for (const entry of kept) {
    // Programs among them, as ptxas, are run.
    const mode = entry.path.includes("/bin/") ? 0o755 : 0o644;
    files.push(await writeEngineFile(folder, place(entry.path), unzip(file, entry), written, mode));
  }
  return files;
}
