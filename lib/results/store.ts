import { readdir, readFile, rm } from "node:fs/promises";
import { isMissing, sha256, writeFileAtomic } from "../system/mod.ts";
import { PROFILES } from "./profile.ts";
import { formatRecord, type RunRecord } from "./record.ts";
import { recordSchema } from "./schema.ts";
import { resultsReadme } from "./readme.ts";
import { parseRecord, validateRecord } from "./validate.ts";

/** Contents of the files of a run by their paths within it, as `curves/loss.csv`. */
export type Artifacts = ReadonlyMap<string, string | Uint8Array>;

/** `<experiment>/<profile>.json`, which is where records lie within a folder of results. */
export const RECORD_PATH: RegExp = new RegExp(`^([a-z][a-z0-9_]*)/(${PROFILES.join("|")})\\.json$`);

/** Paths of all files below a folder, in order; none where it does not exist. */
async function filesBelow(folder: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  try {
    for (const entry of await readdir(`${folder}/${prefix}`, { withFileTypes: true })) {
      const path = prefix + entry.name;
      if (entry.isDirectory()) found.push(...await filesBelow(folder, `${path}/`));
      else found.push(path);
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return found.sort();
}

/**
 * Writes a run to `out`: its files as `<experiment>/<profile>/...`, then its record as
 * `<experiment>/<profile>.json`, each whole or not at all; then removes files of an earlier run
 * that this one did not write.
 *
 * @returns the record as written, with the files and their hashes. Rejects where it does not fit
 * the schema.
 */
export async function writeRun(out: string, record: RunRecord, artifacts: Artifacts): Promise<RunRecord> {
  const base = `${record.experiment}/${record.profile}`, written: RunRecord = { ...record, artifacts: [] };
  for (const [name, contents] of [...artifacts].sort(([a], [b]) => a < b ? -1 : 1)) {
    written.artifacts.push({ path: `${base}/${name}`, sha256: await sha256(contents) });
  }
  validateRecord(JSON.parse(JSON.stringify(written)), `the record of ${base}`);
  for (const [name, contents] of artifacts) await writeFileAtomic(`${out}/${base}/${name}`, contents);
  await writeFileAtomic(`${out}/${base}.json`, formatRecord(written));
  for (const name of await filesBelow(`${out}/${base}`)) {
    if (!artifacts.has(name)) await rm(`${out}/${base}/${name}`);
  }
  return written;
}

/**
 * Reads all records in a folder of results, by experiment and profile; none where it does not
 * exist.
 *
 * @throws (rejects) Error on a corrupt one.
 */
export async function readRecords(out: string): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (const path of (await filesBelow(out)).filter((p) => RECORD_PATH.test(p))) {
    records.push(parseRecord(await readFile(`${out}/${path}`, "utf8"), `${out}/${path}`));
  }
  return records;
}

/** Writes README.md and schema.json of a folder of results, from its records. */
export async function writeIndex(out: string): Promise<void> {
  await writeFileAtomic(`${out}/README.md`, resultsReadme(await readRecords(out)));
  await writeFileAtomic(`${out}/schema.json`, `${JSON.stringify(recordSchema, null, 2)}\n`);
}
