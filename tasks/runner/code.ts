import { sha256 } from "../../lib/system/mod.ts";
import { type CodeRecord, git } from "../../lib/results/mod.ts";

async function sourcesBelow(folder: URL): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) {
      const inner = await sourcesBelow(new URL(`${entry.name}/`, folder));
      found.push(...inner.map(([path, hash]): [string, string] => [`${entry.name}/${path}`, hash]));
    } else if (entry.isFile) {
      found.push([entry.name, await sha256(await Deno.readFile(new URL(entry.name, folder)))]);
    }
  }
  return found;
}

/** Returns a SHA-256 over the paths and contents of all files below a folder. */
export async function hashFolder(folder: URL): Promise<string> {
  const sources = (await sourcesBelow(folder)).sort(([a], [b]) => a < b ? -1 : 1);
  return sha256(sources.map(([path, hash]) => `${hash}  ${path}\n`).join(""));
}

/**
 * Returns the state of the code: git's, where there is a repository, and the experiment's sources.
 */
export async function describeCode(folder: URL, cwd: string): Promise<CodeRecord> {
  const hash = await hashFolder(folder);
  const ask = async (...args: string[]): Promise<string | null> => {
    const { ok, out } = await git(cwd, ...args).catch(() => ({ ok: false, out: "" }));
    return ok ? out.trim() : null;
  };
  const commit = await ask("rev-parse", "--verify", "--quiet", "HEAD");
  if (commit === null) return { commit: null, branch: null, dirty: null, hash };
  const branch = await ask("symbolic-ref", "--quiet", "--short", "HEAD");
  // Results and texts do not make the code another.
  const changed = await ask(
    "status",
    "--porcelain",
    "--",
    ":/",
    ":(top,exclude)results",
    ":(top,exclude,glob)**/*.md",
  );
  return { commit, branch, dirty: changed === null ? null : changed !== "", hash };
}
