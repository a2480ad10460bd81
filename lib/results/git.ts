import { type ProgramResult, readProgram, runProgram } from "../system/mod.ts";

/** Runs git in a folder; its failure is a result. Throws (rejects) where it cannot be run. */
export async function git(cwd: string, ...args: string[]): Promise<ProgramResult> {
  return await runProgram("git", args, { cwd });
}

/**
 * Returns the commit that a revision names.
 *
 * @throws (rejects) Error where the folder is in no repository, or git knows no such revision.
 */
export async function resolveRevision(cwd: string, revision: string): Promise<string> {
  const inside = await git(cwd, "rev-parse", "--is-inside-work-tree");
  if (!inside.ok) {
    const problem = `${cwd} is not in a git repository (${inside.err.split("\n")[0]})`;
    throw new Error(`Cannot look up the revision "${revision}": ${problem}`);
  }
  const commit = `${revision}^{commit}`;
  const { ok, out } = await git(cwd, "rev-parse", "--verify", "--quiet", "--end-of-options", commit);
  if (!ok) throw new Error(`Unknown revision "${revision}": git knows no commit, branch or tag of that name`);
  return out.trim();
}

const LINE = 10;

/**
 * Reads files of a commit, as git has them: of each its bytes, undefined where there is none.
 *
 * @param paths from the folder `cwd`
 */
export async function readBlobs(
  cwd: string,
  commit: string,
  paths: readonly string[],
): Promise<Map<string, Uint8Array | undefined>> {
  const input = paths.map((path) => `${commit}:./${path}\n`).join("");
  const bytes = await readProgram("git", ["cat-file", "--batch"], { cwd, input });
  const found = new Map<string, Uint8Array | undefined>();
  let at = 0;
  for (const path of paths) {
    // A line of what it is and its size, then so many bytes and the end of a line.
    const end = bytes.indexOf(LINE, at), head = new TextDecoder().decode(bytes.subarray(at, end));
    const size = / blob (\d+)$/.exec(head)?.[1];
    found.set(path, size === undefined ? undefined : bytes.subarray(end + 1, end + 1 + Number(size)));
    at = size === undefined ? end + 1 : end + 2 + Number(size);
  }
  return found;
}
