import { fileSystem } from "./node_module.ts";
import { isMissing, reasonOf } from "./reason.ts";

/** Reads a file. Throws (rejects), naming what was to be read and why it could not be. */
export async function readNamed(what: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await fileSystem().readFile(path));
  } catch (cause) {
    const reason = isMissing(cause) ? "there is no such file" : reasonOf(cause);
    throw new Error(`Cannot read ${what} ${path}: ${reason}`, { cause });
  }
}
