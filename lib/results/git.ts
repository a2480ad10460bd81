import { type ProgramResult, runProgram } from "../system/mod.ts";

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
