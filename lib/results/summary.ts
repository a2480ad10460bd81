import { table } from "arquero";
import { groupBy } from "../system/mod.ts";
import { formatCell, markdownTable } from "../plot/mod.ts";
import { byProfile, duration, targetText } from "./readme.ts";
import { meetsTarget, type Metric, type RunRecord, shortfall } from "./record.ts";

/** Returns how many targets a run meets, as `9 of 10`; empty where it has none. */
export function targetsMet({ metrics }: RunRecord): string {
  const verdicts = metrics.map(meetsTarget).filter((met) => met !== null);
  return verdicts.length === 0 ? "" : `${verdicts.filter((met) => met).length} of ${verdicts.length}`;
}

/**
 * Returns the metric farthest from its target, in tolerances (of which one that misses a target
 * without any is infinitely far); undefined where no target is.
 */
function farthest({ metrics }: RunRecord): Metric | undefined {
  const distance = (metric: Metric): number => shortfall(metric) / metric.target!.tolerance || 0;
  const held = metrics.filter(({ target }) => target);
  return held.reduce((far, metric) => distance(metric) > distance(far) ? metric : far, held[0]);
}

/** Returns the runs to show: of each experiment all but the quick one, or that one alone. */
function shown(records: readonly RunRecord[]): RunRecord[] {
  const runs = groupBy(records.filter(({ status }) => status === "ok"), ({ experiment }) => experiment);
  return [...runs.values()].map((group) => group.sort(byProfile)).flatMap(([first, ...others]) => [
    first,
    ...others.filter(({ profile }) => profile !== "quick"),
  ]);
}

/**
 * Returns a short table of experiments in Markdown, for a page at the folder above that of results:
 * a line a run, with the metric that is farthest from its target and how many targets it meets.
 * Empty where no run succeeded.
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
    metric: metrics.map((m) => m ? (m.unit ? `${m.name} [${m.unit}]` : m.name) : ""),
    target: metrics.map((m) => m ? targetText(m) : ""),
    ours: metrics.map((m) => m ? formatCell(m.value) : ""),
    "targets met": runs.map(targetsMet),
    time: runs.map((run) => duration(run.seconds)),
  });
  return markdownTable(rows);
}
