/** Runs git in a folder. Throws where it cannot be run; a failure of the command is given back. */
export async function git(
  cwd: string,
  ...args: string[]
): Promise<{ ok: boolean; out: string; complaint: string }> {
  let output;
  try {
    output = await new Deno.Command("git", { args, cwd, stdout: "piped", stderr: "piped" }).output();
  } catch (error) {
    throw new Error(`Cannot run git: ${(error as Error).message}`);
  }
  const text = new TextDecoder();
  return {
    ok: output.success,
    out: text.decode(output.stdout),
    complaint: text.decode(output.stderr).trim(),
  };
}

/** The commit that a revision names. Throws where the folder is in no repository, or git knows no such revision. */
export async function resolveRevision(cwd: string, revision: string): Promise<string> {
  const inside = await git(cwd, "rev-parse", "--is-inside-work-tree");
  if (!inside.ok) {
    throw new Error(
      `Cannot look up the revision "${revision}": ${cwd} is not in a git repository (${
        inside.complaint.split("\n")[0]
      })`,
    );
  }
  const { ok, out } = await git(
    cwd,
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${revision}^{commit}`,
  );
  if (!ok) throw new Error(`Unknown revision "${revision}": git knows no commit, branch or tag of that name`);
  return out.trim();
}
