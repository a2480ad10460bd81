import { copyFile, link, lstat, mkdir, readdir, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import {
  flushFolder,
  isMissing,
  type Lock,
  reasonOf,
  replaceFolder,
  settleFolder,
  sha256,
  takeLock,
  UNFINISHED,
  writeFileAtomic,
} from "../system/mod.ts";
import { formatRecord, type RunRecord } from "./record.ts";
import { resultsReadme } from "./readme.ts";
import { readRecords } from "./read_records.ts";
import { recordSchema } from "./schema.ts";
import { parseRecord } from "./validate.ts";

/** Contents of the files of a run by their paths within it, as `curves/loss.csv`. */
export type Artifacts = ReadonlyMap<string, string | Uint8Array>;

/** The seconds that a writer waits for another one, which is done in less. */
const WAIT = 60;

/**
 * Claims the place of a run in a folder of results until the lock is released: no other process,
 * and no other run of this one, can claim it.
 *
 * @param out the folder of results, which is made where it does not exist
 * @throws (rejects) Error that says who holds it; or that results cannot be written there.
 */
export async function claimRun(out: string, experiment: string, profile: string): Promise<Lock> {
  const purpose = `run ${experiment} (${profile}) with results in ${out}`;
  const lock = await takeLock(`${out}/.${experiment}-${profile}.lock`, purpose, {
    advice: "wait until it is done, or give another folder",
  });
  try {
    for (
      const [path, isFolder] of [["", true], [`/${profile}`, true], [`/${profile}.json`, false]] as const
    ) {
      const found = await stat(`${out}/${experiment}${path}`).catch(() => undefined);
      if (found && found.isDirectory() !== isFolder) {
        const kinds = isFolder ? ["a file", "a folder"] : ["a folder", "a file"];
        throw new Error(`Cannot ${purpose}: ${out}/${experiment}${path} is ${kinds.join(", expected ")}`);
      }
    }
    return lock;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Links the files of a folder into another, but for some of its entries. */
async function adopt(from: string, to: string, without: readonly string[] = []): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [old, own] = [from, to].map((folder) => `${folder}/${entry.name}`);
    if (without.includes(entry.name)) continue;
    if (entry.isDirectory()) await adopt(old, own);
    else await link(old, own).catch(() => copyFile(old, own));
  }
  await flushFolder(to);
}

/** Returns the folder of an experiment's runs; where that is a link, the one that it leads to. */
async function placeOf(out: string, experiment: string): Promise<{ place: string; isThere: boolean }> {
  const place = `${out}/${experiment}`;
  try {
    const isLink = (await lstat(place)).isSymbolicLink();
    return { place: isLink ? await realpath(place) : place, isThere: true };
  } catch (error) {
    if (!isMissing(error)) throw error;
    return { place, isThere: false };
  }
}

/** Removes what crashes have left beside a place. */
async function clear(place: string): Promise<void> {
  const folder = dirname(place), name = basename(place);
  for (const entry of await readdir(folder)) {
    if (entry.startsWith(`.${name}.`) && entry.endsWith(UNFINISHED)) {
      await rm(`${folder}/${entry}`, { recursive: true, force: true });
    }
  }
}

/**
 * Writes a run to `out`: its files as `<experiment>/<profile>/...` and its record as
 * `<experiment>/<profile>.json`. The folder of the experiment is written anew beside itself,
 * flushed, and put into its place: at any moment, and after a crash, it holds one whole run, the
 * one before or this one. Writers wait for each other.
 *
 * @returns the record as written, with the files and their hashes
 * @throws (rejects) Error where it does not fit the schema, and where a file cannot be written; the
 * run before is then as it was.
 */
export async function writeRun(out: string, record: RunRecord, artifacts: Artifacts): Promise<RunRecord> {
  const { experiment, profile } = record, base = `${experiment}/${profile}`;
  const files: RunRecord["artifacts"] = [];
  for (const [name, contents] of [...artifacts].sort(([a], [b]) => a < b ? -1 : 1)) {
    files.push({ path: `${base}/${name}`, sha256: await sha256(contents) });
  }
  const text = formatRecord({ ...record, artifacts: files }),
    written = parseRecord(text, `the record of ${base}`);
  using _lock = await takeLock(`${out}/.${experiment}.lock`, `write results of ${base}`, { wait: WAIT });
  const first = await placeOf(out, experiment);
  await settleFolder(first.place);
  await clear(first.place);
  const { place, isThere } = await placeOf(out, experiment);
  const fresh = `${dirname(place)}/.${basename(place)}.${crypto.randomUUID().slice(0, 8)}${UNFINISHED}`;
  try {
    if (isThere) await adopt(place, fresh, [profile, `${profile}.json`]);
    for (const [name, contents] of artifacts) await writeFileAtomic(`${fresh}/${profile}/${name}`, contents);
    await writeFileAtomic(`${fresh}/${profile}.json`, text);
    await replaceFolder(place, fresh);
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true }).catch(() => {});
    throw new Error(`Cannot write results of ${base} to ${out}: ${reasonOf(cause)}`, { cause });
  }
  return written;
}

/** Writes README.md and schema.json of a folder of results, from its records. */
export async function writeIndex(out: string): Promise<void> {
  using _lock = await takeLock(`${out}/.index.lock`, `write the index of ${out}`, { wait: WAIT });
  await writeFileAtomic(`${out}/README.md`, resultsReadme(await readRecords(out)));
  await writeFileAtomic(`${out}/schema.json`, `${JSON.stringify(recordSchema, null, 2)}\n`);
}
