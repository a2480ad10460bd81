import { table } from "arquero";
import { formatTable } from "../../lib/plot/mod.ts";
import { metricsTable, type RunRecord, targetsMet } from "../../lib/results/mod.ts";
import type { RunOutcome } from "./run_experiment.ts";
import type { Terminal } from "./terminal.ts";

const heading = ({ title, experiment, profile, simulated }: RunRecord): string =>
  `\n${title} (${experiment}, ${profile})${simulated ? " · SIMULATED DATA" : ""}\n`;

const figuresOf = ({ artifacts }: RunRecord): string[] =>
  artifacts.map(({ path }) => path).filter((path) => path.endsWith(".svg"));

/** Prints what a newcomer needs of a run: a line a target, and the folder of the figures. */
export function showTargets({ record, out }: RunOutcome, terminal: Terminal): void {
  terminal.print(heading(record));
  const metrics = record.metrics.filter(({ target }) => target);
  if (metrics.length > 0) terminal.print(formatTable(metricsTable({ ...record, metrics })));
  if (figuresOf(record).length > 0) {
    terminal.print(`\nFigures: ${out}/${record.experiment}/${record.profile}/figures`);
  }
}

/** Prints all that a run found: its metrics, tables and figures, and where its record lies. */
export function showAll({ record, out, tables }: RunOutcome, terminal: Terminal): void {
  terminal.print(heading(record));
  if (record.metrics.length > 0) terminal.print(formatTable(metricsTable(record)));
  for (const [name, rows] of tables) terminal.print(`\n${name}\n${formatTable(rows)}`);
  const figures = figuresOf(record);
  if (figures.length > 0) {
    terminal.print(["\nFigures:", ...figures.map((path) => `  ${out}/${path}`)].join("\n"));
  }
  terminal.print(`\nRecord: ${out}/${record.experiment}/${record.profile}.json`);
}

/**
 * Prints a line a run: which data, whether it succeeded, how many targets it meets, and its time.
 */
export function showOverview(
  profile: string,
  runs: readonly { readonly name: string; readonly record?: RunRecord }[],
  terminal: Terminal,
): void {
  terminal.print(`\n${
    formatTable(table({
      experiment: runs.map(({ name }) => name),
      profile: runs.map(() => profile),
      data: runs.map(({ record }) => record ? (record.simulated ? "simulated" : "real") : ""),
      status: runs.map(({ record }) => record?.status ?? "failed"),
      "targets met": runs.map(({ record }) => record ? targetsMet(record) : ""),
      seconds: runs.map(({ record }) => record?.seconds ?? null),
    }))
  }`);
}
