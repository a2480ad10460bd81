/**
 * Asks records of any number: `deno task query "SQL" [--over DIR]`.
 *
 * @module
 */
import { from, table } from "arquero";
import { formatTable, markdownTable } from "../lib/plot/mod.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

const FORMATS = ["json", "csv", "md"] as const;

const command: CommandSpec = {
  name: "query",
  summary:
    "Answers SQL (DuckDB's) about the records in a folder, at any depth; without SQL it shows the views.",
  positionals: '["SQL"]',
  maximum: 1,
  options: {
    over: { kind: "text", placeholder: "DIR", help: "the folder of records (default results)" },
    json: { kind: "flag", help: "write JSON, an object a row" },
    csv: { kind: "flag", help: "write CSV" },
    md: { kind: "flag", help: "write Markdown" },
    "skip-damaged": { kind: "flag", help: "leave out records that are damaged, with a notice each" },
  },
  notes: [
    "Views: runs (a row a record), metrics, targets (the metrics that have one), artifacts (files). `config` and `set` are",
    "JSON: `config->>'steps'`. The files of runs are not held against their hashes. For example:",
    '  deno task query "select experiment, profile, count(*), sum(met::int) from targets group by all order by all"',
  ],
};

/** Answers as the arguments say. Resolves to the exit code. */
export function query(
  args: readonly string[],
  { cwd = ".", terminal = systemTerminal() as Terminal } = {},
): Promise<number> {
  return runCommand(command, args, async ({ values, positionals: [sql] }) => {
    const formats = FORMATS.filter((format) => values[format]);
    if (formats.length > 1) throw new UsageError(`Give one of --${formats.join(" and --")}, not both`);
    const { RecordsIndex } = await import("./index/records_index.ts");
    const folder = String(values.over ?? "results").replace(/\/+$/, "");
    const skip = values["skip-damaged"]
      ? ({ path, reason }: { path: string; reason: string }) => terminal.warn(`Left out ${path}: ${reason}`)
      : undefined;
    using index = await RecordsIndex.below(folder.startsWith("/") ? folder : `${cwd}/${folder}`, skip);
    const { columns, rows } = await index.query(sql ?? DESCRIBE);
    if (formats[0] === "json") terminal.print(JSON.stringify(rows, null, 2));
    else {
      const flat = rows.map((row) => Object.fromEntries(columns.map((name) => [name, cell(row[name])])));
      const found = rows.length > 0
        ? from(flat, [...columns])
        : table(Object.fromEntries(columns.map((c) => [c, []])));
      const format = {
        csv: () => found.toCSV().trimEnd(),
        md: () => markdownTable(found),
        text: () => formatTable(found),
      };
      terminal.print(format[formats[0] ?? "text"]());
    }
    return 0;
  });
}

/** The question whose answer is shown where none is asked. */
const DESCRIBE =
  `select table_name as "view", string_agg(column_name || ' ' || data_type, ', ' order by ordinal_position) as columns
   from information_schema.columns where table_name in ('runs', 'metrics', 'targets', 'artifacts') group by 1 order by 1`;

const cell = (value: unknown): unknown =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : value;

if (import.meta.main) Deno.exit(await query(Deno.args));
