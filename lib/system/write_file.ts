import { dirname } from "node:path";
import { fileSystem } from "./node_module.ts";
import { reasonOf } from "./reason.ts";

/** The end of the names of files that are being written. */
export const UNFINISHED = ".unfinished";

/**
 * Writes a file so that at any moment, and after a crash, either the old contents or the new ones
 * are there, whole: they go to a temporary name beside it, are flushed, and are renamed. Folders on
 * the way are made.
 *
 * @throws (rejects) Error that names the file and the reason: a full disk, say.
 */
export async function writeFileAtomic(path: string, data: Uint8Array | string): Promise<void> {
  const { mkdir, open, rename, rm } = fileSystem();
  const folder = dirname(path), temporary = `${path}.${crypto.randomUUID().slice(0, 8)}${UNFINISHED}`;
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new Error(`Cannot write ${path}: ${reasonOf(cause)}`, { cause });
  }
  await flushFolder(folder);
}

/** Flushes a folder: a rename is only safe once the folder is on the disk too. */
export async function flushFolder(path: string): Promise<void> {
  try {
    const folder = await fileSystem().open(path, "r");
    await folder.sync().finally(() => folder.close());
  } catch { /* not every system opens folders; there the rename is as safe as it gets */ }
}
