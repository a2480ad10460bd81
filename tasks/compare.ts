/**
 * Compares the results of two revisions, or of one and the work tree: `deno task compare [a] [b]`.
 *
 * @module
 */
import {
  compareRecords,
  type ComparisonFormat,
  formatComparison,
  hasRegression,
  onlyChanged,
  readRevision,
  readWorkTree,
  resolveRevision,
} from "../lib/results/mod.ts";
import { codeHashes } from "./hashes.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";

const FORMATS = ["json", "md", "html"] as const satisfies readonly ComparisonFormat[];

const command: CommandSpec = {
  name: "compare",
  summary:
    "Compares results at two revisions (without the second: one, HEAD by default, and the work tree), and shows what changed.",
  positionals: "[a] [b]",
  maximum: 2,
  options: {
    json: { kind: "flag", help: "write JSON" },
    md: { kind: "flag", help: "write Markdown" },
    html: { kind: "flag", help: "write a page of HTML" },
    all: { kind: "flag", help: "show also what is the same or within noise, each metric on a line" },
    "fail-on-regression": { kind: "flag", help: "exit with 1 where anything is worse or newly failing" },
    results: { kind: "text", placeholder: "DIR", help: "the folder of results (default results)" },
  },
};

/** Compares as the arguments say and prints it. Resolves to the exit code. */
export function compare(
  args: readonly string[],
  { cwd = ".", print = console.log as (text: string) => void } = {},
): Promise<number> {
  return runCommand(command, args, async ({ values, positionals }) => {
    const formats = FORMATS.filter((format) => values[format]);
    if (formats.length > 1) throw new UsageError(`Give one of --${formats.join(" and --")}, not both`);
    const where = { cwd, results: String(values.results ?? "results").replace(/\/+$/, "") };
    const [first = "HEAD", second] = positionals;
    // Both are looked up before either is read: a mistyped name is told at once.
    for (const revision of [first, second]) if (revision !== undefined) await resolveRevision(cwd, revision);
    const before = await readRevision(first, where);
    const after = second === undefined ? await readWorkTree(where) : await readRevision(second, where);
    if (values.results !== undefined && before.records.length + after.records.length === 0) {
      throw new UsageError(
        `Cannot compare: found no results in ${where.results}, expected some on either side`,
      );
    }
    const comparison = compareRecords(before, after, await codeHashes());
    print(
      formatComparison(comparison, formats[0] ?? "text", values.all ? comparison : onlyChanged(comparison)),
    );
    return values["fail-on-regression"] && hasRegression(comparison) ? 1 : 0;
  });
}

if (import.meta.main) Deno.exit(await compare(Deno.args));
