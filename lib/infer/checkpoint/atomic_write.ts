import { dirname } from "node:path";

/** The end of the names of files that are being written. */
export const UNFINISHED = ".unfinished";

/**
 * Writes a file so that at any time, also after a crash, there is either the old one or the new one, whole: to another name
 * beside it, flushed to the disk, then renamed.
 */
export async function atomicWrite(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}${UNFINISHED}`;
  try {
    const file = await Deno.open(temporary, { write: true, createNew: true });
    try {
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  await flushDirectory(dirname(path));
}

/** The rename itself is only safe once the folder is on the disk too. */
async function flushDirectory(path: string): Promise<void> {
  try {
    const folder = await Deno.open(path, { read: true });
    try {
      await folder.sync();
    } finally {
      folder.close();
    }
  } catch { /* not every system opens folders; there the rename is as safe as it gets */ }
}
