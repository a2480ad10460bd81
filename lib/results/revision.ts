import { git, resolveRevision } from "./git.ts";
import type { RunRecord } from "./record.ts";
import { readRecords, RECORD_PATH } from "./store.ts";
import { parseRecord } from "./validate.ts";

/** The records of one side of a comparison. */
export interface RecordSet {
  /** Its name: the revision as given, or "work tree". */
  readonly label: string;
  /** The records. */
  readonly records: readonly RunRecord[];
}

/** The place of results. */
export interface RevisionOptions {
  /** The folder that `results` is relative to (default: the current one). */
  readonly cwd?: string;
  /** The folder of results (default "results"). */
  readonly results?: string;
}

/** Reads the records in the work tree. */
export async function readWorkTree(
  { cwd = ".", results = "results" }: RevisionOptions = {},
): Promise<RecordSet> {
  return { label: "work tree", records: await readRecords(`${cwd}/${results}`) };
}

/**
 * Reads the records of a revision, as git has them.
 *
 * @throws (rejects) Error outside a repository, on an unknown revision and on a corrupt record.
 */
export async function readRevision(
  revision: string,
  { cwd = ".", results = "results" }: RevisionOptions = {},
): Promise<RecordSet> {
  const commit = await resolveRevision(cwd, revision), records: RunRecord[] = [];
  const listed = await git(cwd, "ls-tree", "-r", "-z", "--name-only", commit, "--", `${results}/`);
  if (!listed.ok) throw new Error(`Cannot list ${results} at ${revision}: ${listed.complaint}`);
  for (const path of listed.out.split("\0").filter((p) => RECORD_PATH.test(p.slice(results.length + 1)))) {
    const shown = await git(cwd, "show", `${commit}:./${path}`);
    if (!shown.ok) throw new Error(`Cannot read ${path} at ${revision}: ${shown.complaint}`);
    records.push(parseRecord(shown.out, `${revision}:${path}`));
  }
  return { label: revision, records };
}
