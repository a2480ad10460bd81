import { checkArtifacts } from "./artifacts.ts";
import { git, readBlobs, resolveRevision } from "./git.ts";
import type { RunRecord } from "./record.ts";
import { readRecords, RECORD_PATH } from "./read_records.ts";
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
 * @throws (rejects) Error outside a repository, on an unknown revision, on a corrupt record and on
 * one whose files are not its own.
 */
export async function readRevision(
  revision: string,
  { cwd = ".", results = "results" }: RevisionOptions = {},
): Promise<RecordSet> {
  const commit = await resolveRevision(cwd, revision), records: RunRecord[] = [];
  const listed = await git(cwd, "ls-tree", "-r", "-z", "--name-only", commit, "--", `${results}/`);
  if (!listed.ok) throw new Error(`Cannot list ${results} at ${revision}: ${listed.complaint}`);
  const paths = listed.out.split("\0").filter((p) => RECORD_PATH.test(p.slice(results.length + 1)));
  for (const [path, text] of await readBlobs(cwd, commit, paths)) {
    if (!text) throw new Error(`Cannot read ${path} at ${revision}: git has no file there`);
    const name = `${revision}:${path}`, place = path.slice(results.length + 1, -".json".length);
    const record = parseRecord(new TextDecoder().decode(text), name, place);
    const files = await readBlobs(cwd, commit, record.artifacts.map((a) => `${results}/${a.path}`));
    await checkArtifacts(record, name, (file) => Promise.resolve(files.get(`${results}/${file}`)));
    records.push(record);
  }
  return { label: revision, records };
}
