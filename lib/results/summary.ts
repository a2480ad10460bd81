import { table } from "arquero";
import { groupBy } from "../system/mod.ts";
import { formatCell, markdownTable } from "../plot/mod.ts";
import { byProfile, withTolerance } from "./readme.ts";
import { meetsTarget, type Metric, type RunRecord } from "./record.ts";

/** Returns how many targets a run meets, as `9 of 10`; empty where it has none. */
export function targetsMet({ metrics }: RunRecord): string {
  const verdicts = metrics.map(meetsTarget).filter((met) => met !== null);
  return verdicts.length === 0 ? "" : `${verdicts.filter((met) => met).length} of ${verdicts.length}`;
}

/** Returns the metric farthest from its target, in tolerances; undefined where no target is. */
function farthest({ metrics }: RunRecord): Metric | undefined {
  const distance = ({ value, target }: Metric): number =>
    value === null ? Infinity : Math.abs(value - target!.value) / target!.tolerance || 0;
  return metrics.filter(({ target }) => target).sort((a, b) => distance(b) - distance(a))[0];
}

/** Returns a time as a reader wants it: `2.7 s`, `31 min`, `2.3 h`. */
function duration(seconds: number): string {
  const [value, unit] = seconds < 100
    ? [seconds, "s"]
    : seconds < 6000
    ? [seconds / 60, "min"]
    : [seconds / 3600, "h"];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

/** Returns the seconds of a run, with those (`seconds/...`) of stored results that it took over. */
function secondsOf({ seconds, metrics }: RunRecord): number {
  const parts = metrics.filter(({ name }) => name.startsWith("seconds/"));
  return Math.max(seconds, parts.reduce((sum, { value }) => sum + (value ?? 0), 0));
}

/** Returns the runs to show: of each experiment the full and the tuned one, else the quick one. */
function shown(records: readonly RunRecord[]): RunRecord[] {
  const runs = groupBy(records.filter(({ status }) => status === "ok"), ({ experiment }) => experiment);
  return [...runs.values()].map((group) => group.sort(byProfile)).flatMap(([first, ...others]) => [
    first,
    ...others.filter(({ profile }) => profile !== "quick"),
  ]);
}

/**
 * Returns a short table of experiments in Markdown, for a page at the folder above that of results:
 * a line a run, with the target that it is farthest from and how many it meets. Empty where no run
 * succeeded.
 *
 * @param folder the folder of results, for links
 */
export function resultsSummary(records: readonly RunRecord[], folder: string = "results"): string {
  const runs = shown(records);
  if (runs.length === 0) return "";
  const metrics = runs.map(farthest);
  const anchor = ({ title }: RunRecord) => title.toLowerCase().replace(/[^\w\s-]/g, "").replaceAll(" ", "-");
  const rows = table({
    experiment: runs.map((run) => `[${run.title}](${folder}/README.md#${anchor(run)})`),
    profile: runs.map(({ profile }) => profile),
    "farthest target": metrics.map((m) => m ? (m.unit ? `${m.name} [${m.unit}]` : m.name) : ""),
    published: metrics.map((m) => m ? withTolerance(m) : ""),
    ours: metrics.map((m) => m ? formatCell(m.value) : ""),
    "targets met": runs.map(targetsMet),
    time: runs.map((run) => duration(secondsOf(run))),
  });
  return markdownTable(rows);
}
