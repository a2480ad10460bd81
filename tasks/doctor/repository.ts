import { fileURLToPath } from "node:url";
import { git } from "../../lib/results/mod.ts";
import { type Finding, output } from "./finding.ts";

/** Names git's version and the revision that is checked out. */
export async function repository(): Promise<Finding> {
  const version = await output("git", ["--version"]);
  if (!version) return { subject: "git", ok: false, finding: "not there; needed to compare revisions" };
  const root = new URL("../../", import.meta.url),
    { ok, out } = await git(fileURLToPath(root), "rev-parse", "--short", "HEAD");
  return {
    subject: "git",
    ok,
    finding: `${version}, ${
      ok ? `at ${out.trim()}` : "but this is no repository; needed to compare revisions"
    }`,
  };
}
