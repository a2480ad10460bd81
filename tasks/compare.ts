/**
 * Compares the results of revisions, or of folders of many records:
 * `deno task compare [revision ...]`.
 *
 * @module
 */
import { basename, resolve } from "node:path";
import { reasonOf } from "../lib/system/mod.ts";
import {
  compareRecords,
  type ComparisonFormat,
  FALSE_ALARMS,
  formatComparison,
  onlyChanged,
  readRevision,
  readWorkTree,
  type RecordSet,
  regressionsOf,
  resolveRevision,
} from "../lib/results/mod.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";
import { codeHashes } from "./runner/code_hashes.ts";

const FORMATS = ["json", "md", "html"] as const satisfies readonly ComparisonFormat[];

const command: CommandSpec = {
  name: "compare",
  summary:
    "Compares results at revisions, each with the first (with one: that, HEAD by default, and the work tree), and shows what changed.",
  positionals: "[revision ...]",
  maximum: Infinity,
  options: {
    over: {
      kind: "texts",
      placeholder: "DIR",
      help: "a folder of records at any depth in the place of a revision; seeds of one cell are merged",
    },
    json: { kind: "flag", help: "write JSON" },
    md: { kind: "flag", help: "write Markdown, a report for a pull request" },
    html: { kind: "flag", help: "write a page of HTML" },
    all: { kind: "flag", help: "show also what is the same or within noise, each metric on a line" },
    "fail-on-regression": { kind: "flag", help: "exit with 1 where anything is worse or newly failing" },
    strict: { kind: "flag", help: "count also what is worse and has no standard error to be tested by" },
    "false-alarms": {
      kind: "text",
      placeholder: "RATE",
      help: `the share of comparisons without a change that have a regression (default ${FALSE_ALARMS})`,
    },
    results: { kind: "text", placeholder: "DIR", help: "the folder of results (default results)" },
  },
  notes: [
    "A regression is a metric that is significantly worse, by a t-test of its standard errors, paired by seed where both",
    "sides have the same seeds, and by Holm's method over all metrics and revisions; a run that fails newly, a metric that",
    "is not finite any more, and one without standard error that misses its target newly.",
  ],
};

/** Returns what somebody may have meant who named no revision but something else. */
async function meant(name: string, cwd: string): Promise<string> {
  const [first, second] = name.split(/\.{2,3}/);
  if (first && second) return `; give the revisions of a range one by one: ${first} ${second}`;
  const isFolder = await Deno.stat(resolve(cwd, name)).then((found) => found.isDirectory, () => false);
  return isFolder && name !== "" ? `; a folder of records is given by --over ${name}` : "";
}

/** Reads the revisions that are named. */
async function revisions(
  names: readonly string[],
  where: { cwd: string; results: string },
): Promise<RecordSet[]> {
  // All are looked up before any is read: a mistyped name is told at once.
  for (const name of names) {
    await resolveRevision(where.cwd, name).catch(async (error) => {
      throw new UsageError(reasonOf(error) + await meant(name, where.cwd));
    });
  }
  const sets: RecordSet[] = [];
  for (const name of names) sets.push(await readRevision(name, where));
  if (names.length === 1) sets.push(await readWorkTree(where));
  return sets;
}

/** Reads folders of records, the seeds of each cell merged. */
async function folders(paths: readonly string[], cwd: string): Promise<RecordSet[]> {
  if (paths.length === 1) {
    throw new UsageError("Give --over twice or more: the first folder and those to hold against it");
  }
  const { RecordsIndex } = await import("./index/records_index.ts");
  const { mergedCells } = await import("./index/merge.ts");
  const labels = paths.map((path) => path.replace(/\/+$/, ""));
  const sets: RecordSet[] = [];
  for (const label of labels) {
    using index = await RecordsIndex.below(resolve(cwd, label));
    sets.push({ label: basename(label), records: (await mergedCells(index)).map(({ record }) => record) });
  }
  const isClear = new Set(sets.map(({ label }) => label)).size === sets.length;
  return isClear ? sets : sets.map((set, i) => ({ ...set, label: labels[i] }));
}

/** Parses the rate of false alarms. */
function rateOf(text: unknown): number {
  const rate = text === undefined ? FALSE_ALARMS : Number(text);
  if (rate > 0 && rate < 1) return rate;
  throw new UsageError(`Invalid value "${text}" of --false-alarms: expected a number between 0 and 1`);
}

/** Compares as the arguments say and prints it. Resolves to the exit code. */
export function compare(
  args: readonly string[],
  { cwd = ".", print = console.log as (text: string) => void } = {},
): Promise<number> {
  return runCommand(command, args, async ({ values, positionals }) => {
    const formats = FORMATS.filter((format) => values[format]), rate = rateOf(values["false-alarms"]);
    if (formats.length > 1) throw new UsageError(`Give one of --${formats.join(" and --")}, not both`);
    const where = { cwd, results: String(values.results ?? "results").replace(/\/+$/, "") };
    const over = values.over as readonly string[] | undefined;
    if (over && positionals.length > 0) throw new UsageError("Give revisions or --over, not both");
    const sets = over
      ? await folders(over, cwd)
      : await revisions(positionals.length > 0 ? positionals : ["HEAD"], where);
    if (values.results !== undefined && sets.every(({ records }) => records.length === 0)) {
      throw new UsageError(
        `Cannot compare: found no results in ${where.results}, expected some on either side`,
      );
    }
    const [first, ...others] = sets, equal = await codeHashes();
    const comparisons = others.map((other) => compareRecords(first, other, equal));
    const shown = values.all ? comparisons : comparisons.map(onlyChanged);
    const rule = { rate, strict: values.strict === true };
    print(formatComparison(comparisons, formats[0] ?? "text", { shown, ...rule }));
    return values["fail-on-regression"] && regressionsOf(comparisons, rule).rows.length > 0 ? 1 : 0;
  });
}

if (import.meta.main) Deno.exit(await compare(Deno.args));
