import type { ColumnTable } from "arquero";
import type { ResolvedDataset } from "../../lib/data/mod.ts";
import type { Figure } from "../../lib/plot/mod.ts";
import type { Context, Experiment } from "../../lib/results/mod.ts";

/** What an experiment reported. */
export interface Reported {
  readonly metrics: Map<string, number[]>;
  readonly figures: Map<string, Figure>;
  readonly tables: Map<string, ColumnTable>;
  readonly files: Map<string, Uint8Array>;
}

/**
 * Runs an experiment's quick profile, with other settings where given, in this process.
 *
 * @param data its data set, or several by name
 */
export async function reportOf<Config, Task, Result>(
  experiment: Experiment<Config, Task, Result>,
  data: ResolvedDataset<unknown> | Readonly<Record<string, ResolvedDataset<unknown>>>,
  perform: (task: Task, tell: (step: number) => void) => Promise<Result>,
  { config, seeds = [0] }: { config?: Partial<Config>; seeds?: readonly number[] } = {},
): Promise<Reported> {
  const report: Reported = { metrics: new Map(), figures: new Map(), tables: new Map(), files: new Map() };
  const sets = "sha256" in data ? Object.fromEntries(experiment.data.map((name) => [name, data])) : data;
  const context: Context<Config & { seeds: number }> = {
    profile: "quick",
    config: { ...experiment.profiles.quick, ...config },
    seeds,
    compile: { engine: "auto", device: "cpu", dtype: "float32" },
    simulated: Object.values(sets).some(({ simulated }) => simulated),
    dataset: ((name: string) => sets[name]) as Context["dataset"],
    metric: (name, value) =>
      void report.metrics.set(name, typeof value === "number" ? [value] : Array.from(value)),
    curve() {},
    table: (name, table) => void report.tables.set(name, table),
    figure: (name, figure) => void report.figures.set(name, figure),
    svg() {},
    file: (name, contents) => void report.files.set(name, contents),
    log() {},
  };
  const results: Result[] = [];
  for (const { data } of experiment.tasks(context)) results.push(await perform(data, () => {}));
  await experiment.report(context, results);
  return report;
}
