import { isMissing, reasonOf } from "../../lib/system/mod.ts";
import { PROFILES, RECORD_PATH, type RunRecord, validateRecord } from "../../lib/results/mod.ts";

/** A record among many. */
export interface FoundRecord {
  /** Its path, from the folder that was searched. */
  readonly path: string;
  /** The record, of whichever form it is: the first one lacks `set`, and `values` of metrics. */
  readonly record: RunRecord;
}

/** A file in a record's place that is none. */
export interface DamagedRecord {
  /** Its path, from the folder that was searched. */
  readonly path: string;
  /** The reason, in a sentence. */
  readonly reason: string;
}

const profiles: ReadonlySet<string> = new Set(PROFILES);

/**
 * Lists the paths of records at any depth below a folder, from it and in order. Hidden folders and
 * the folders of runs' own files are passed over; links are followed once.
 */
function* pathsBelow(root: string, prefix = "", seen: Set<string> = new Set()): Generator<string> {
  const entries = [...Deno.readDirSync(`${root}/${prefix}`)].sort((a, b) => a.name < b.name ? -1 : 1);
  const names = new Set(entries.map(({ name }) => name));
  for (const { name, isFile, isSymlink } of entries) {
    const path = `${prefix}${name}`, place = path.split("/").slice(-2).join("/");
    if (isFile) { if (RECORD_PATH.test(place)) yield path; }
    else if (!name.startsWith(".") && !(profiles.has(name) && names.has(`${name}.json`))) {
      if (isSymlink) {
        const real = Deno.realPathSync(`${root}/${path}`);
        if (seen.has(real) || !Deno.statSync(real).isDirectory) continue;
        seen.add(real);
      }
      yield* pathsBelow(root, `${path}/`, seen);
    }
  }
}

/**
 * Lists the records at any depth below a folder, by their paths from it and in their order.
 *
 * @throws Error where the folder is not there.
 */
export function recordPaths(root: string): string[] {
  try {
    return [...pathsBelow(root)];
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new Error(`Cannot read records: found no folder ${root}`, { cause: error });
  }
}

/**
 * Reads a record. Its own files are not looked at.
 *
 * @param isWhole true where its form is known to be good
 */
export function readRecord(root: string, path: string, isWhole: boolean): FoundRecord | DamagedRecord {
  try {
    const record: unknown = JSON.parse(Deno.readTextFileSync(`${root}/${path}`));
    if (!isWhole) validateRecord(record, path);
    return { path, record: record as RunRecord };
  } catch (error) {
    const reason = error instanceof SyntaxError ? `it is not JSON (${error.message})` : reasonOf(error);
    return { path, reason: reason.replace(`Cannot use ${path}: `, "").replace(/\. Run the exp.*$/s, "") };
  }
}
