import { dirname } from "node:path";

/** The end of the names of files that are being written. */
export const UNFINISHED = ".unfinished";

/**
 * Writes a file so that at any moment, and after a crash, either the old contents or the new ones
 * are there, whole: they go to a temporary name beside it, are flushed, and are renamed. Folders on
 * the way are made.
 */
export async function writeFileAtomic(path: string, data: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  await Deno.mkdir(folder, { recursive: true });
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}${UNFINISHED}`;
  try {
    {
      using file = await Deno.open(temporary, { write: true, createNew: true });
      const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await file.sync();
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  await flushFolder(folder);
}

/** Flushes a folder: a rename is only safe once the folder is on the disk too. */
async function flushFolder(path: string): Promise<void> {
  try {
    using folder = await Deno.open(path, { read: true });
    await folder.sync();
  } catch { /* not every system opens folders; there the rename is as safe as it gets */ }
}
