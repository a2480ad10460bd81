import { sha256 } from "../system/mod.ts";
import type { RunRecord } from "./record.ts";

/**
 * Checks that the files of a run are those that its record names.
 *
 * @param read returns the contents of a file by its path from the folder of results; undefined
 * where there is none
 * @throws (rejects) Error that names the record and the file.
 */
export async function checkArtifacts(
  { artifacts }: RunRecord,
  name: string,
  read: (path: string) => Promise<Uint8Array | undefined>,
): Promise<void> {
  const again = "Run the experiment again to replace both";
  for (const { path, sha256: expected } of artifacts) {
    const contents = await read(path);
    if (!contents) throw new Error(`Cannot use ${name}: its file ${path} is not there. ${again}`);
    const found = await sha256(contents);
    if (found !== expected) {
      throw new Error(
        `Cannot use ${name}: its file ${path} has sha256 ${found}, the record says ${expected}. ${again}`,
      );
    }
  }
}
