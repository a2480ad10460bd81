import { readdir, readFile } from "node:fs/promises";
import { isMissing, settledFolder } from "../system/mod.ts";
import { checkArtifacts } from "./artifacts.ts";
import { PROFILES } from "./profile.ts";
import type { RunRecord } from "./record.ts";
import { parseRecord } from "./validate.ts";

/** `<experiment>/<profile>.json`, which is where records lie within a folder of results. */
export const RECORD_PATH: RegExp = new RegExp(`^([a-z][a-z0-9_]*)/(${PROFILES.join("|")})\\.json$`);

/** Reads what may not be there. */
async function maybe<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The number of times that a run which is replaced meanwhile is read. */
const TRIES = 5;

/**
 * Reads the record of a run, and checks that its files are those that it names; undefined where
 * there is none.
 *
 * @param out the folder of results
 * @throws (rejects) Error on a corrupt one, one of another run, and files that are not its own.
 */
export async function readRecord(
  out: string,
  experiment: string,
  profile: string,
): Promise<RunRecord | undefined> {
  const place = `${experiment}/${profile}`, name = `${out}/${place}.json`;
  for (let time = 1;; time++) {
    const folder = await settledFolder(`${out}/${experiment}`);
    const read = () => maybe(readFile(`${folder}/${profile}.json`, "utf8")), text = await read();
    if (text === undefined) return undefined;
    try {
      const record = parseRecord(text, name, place);
      await checkArtifacts(record, name, (path) => maybe(readFile(folder + path.slice(experiment.length))));
      return record;
    } catch (error) {
      // A run that takes its place while it is read is another one, and whole.
      if (time === TRIES || await read() === text) throw error;
    }
  }
}

/** Returns the names of the experiments in a folder of results, in order. */
async function experimentsIn(out: string): Promise<string[]> {
  const entries = await maybe(readdir(out, { withFileTypes: true })) ?? [];
  const names = entries.filter((entry) => !entry.isFile()).map(({ name }) =>
    name.replace(/^\.(.*)\.next$/, "$1")
  );
  return [...new Set(names)].filter((name) => /^[a-z][a-z0-9_]*$/.test(name)).sort();
}

/**
 * Reads all records in a folder of results, by experiment and profile; none where it does not
 * exist.
 *
 * @throws (rejects) Error as `readRecord`.
 */
export async function readRecords(out: string): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (const experiment of await experimentsIn(out)) {
    for (const profile of [...PROFILES].sort()) {
      const record = await readRecord(out, experiment, profile);
      if (record) records.push(record);
    }
  }
  return records;
}
