import { type ColumnTable, table } from "arquero";
import { formatCell, markdownLine, markdownTable } from "../plot/mod.ts";
import type { ProfileName } from "./profile.ts";
import { meetsTarget, type Metric, type RunRecord, shortfall } from "./record.ts";

/** Says in words whether a metric meets its target; empty where it has none. */
export function targetVerdict(metric: Metric): string {
  const met = meetsTarget(metric);
  if (met === null) return "";
  if (met) return "met";
  return metric.value === null
    ? "missed: not finite"
    : `missed by ${formatCell(shortfall(metric) - metric.target!.tolerance, 2)}`;
}

/**
 * Returns the target of a metric in words, null where it has none: `9.223 ± 0.020`, or where it is
 * met from one side `≤ 6.870 + 0.050`; without a tolerance `9.223` and `≤ 6.800`.
 */
export function targetText({ direction, target }: Pick<Metric, "direction" | "target">): string | null {
  if (target === null) return null;
  const side = { lower: "≤ ", higher: "≥ ", target: "" }[direction];
  const within = { lower: "+", higher: "-", target: "±" }[direction];
  const tolerance = target.tolerance > 0 ? ` ${within} ${formatCell(target.tolerance, 2)}` : "";
  return `${side}${formatCell(target.value)}${tolerance}`;
}

/** Returns the metrics of a run as a table: the target, ours, its error, the verdict. */
export function metricsTable({ metrics, simulated }: RunRecord): ColumnTable {
  return table({
    metric: metrics.map((m) => m.unit ? `${m.name} [${m.unit}]` : m.name),
    [simulated ? "known" : "target"]: metrics.map(targetText),
    ours: metrics.map((m) => m.value),
    se: metrics.map((m) => m.se === null ? null : formatCell(m.se, 2)),
    n: metrics.map((m) => m.n),
    verdict: metrics.map(targetVerdict),
  });
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;

/** Returns a time as a reader wants it: `2.7 s`, `31 min`, `2.3 h`. */
export function duration(seconds: number): string {
  const [value, unit] = seconds < 100
    ? [seconds, "s"]
    : seconds < 6000
    ? [seconds / 60, "min"]
    : [seconds / 3600, "h"];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

/** The settings and the machine of a run, in a line. */
function circumstances({ profile, seeds, environment, code, started, seconds }: RunRecord): string {
  const commit = code.commit ? ` at ${code.commit.slice(0, 10)}${code.dirty ? " (changed)" : ""}` : "";
  const { engine, device, dtype, cpu, cores, deno } = environment;
  return `Profile ${profile}, ${count(seeds.length, "seed")}, ${engine} on ${device}, ${dtype}, ` +
    `${duration(seconds)} on ${cpu} (${count(cores, "core")}), Deno ${deno}, ` +
    `${started.slice(0, 10)}${commit}.`;
}

/** Returns a run as Markdown: its settings and machine, its table, the sources of its targets. */
export function recordMarkdown(record: RunRecord): string {
  const lines = [markdownLine(circumstances(record)), ""];
  if (record.simulated) {
    lines.push("**Simulated data**: the numbers say whether known parameters are recovered.", "");
  }
  if (record.status === "failed") {
    lines.push(`**Failed**: ${markdownLine(record.error?.split("\n")[0] ?? "")}`, "");
  }
  if (record.metrics.length > 0) lines.push(markdownTable(metricsTable(record)), "");
  const sources = new Set(record.metrics.flatMap(({ target }) => target ? [target.source] : []));
  if (sources.size > 0) {
    const listed = markdownLine([...sources].join("; "));
    lines.push(`${record.simulated ? "Known numbers" : "Targets"}: ${listed}.`, "");
  }
  return lines.join("\n");
}

/** The order of profiles on a page: the paper's, those beside it, the small one. */
const ORDER: readonly ProfileName[] = ["full", "todays", "tuned", "best", "quick"];

/** Orders runs by their profiles. */
export const byProfile = (a: RunRecord, b: RunRecord): number =>
  ORDER.indexOf(a.profile) - ORDER.indexOf(b.profile);

/** Returns the page of a folder of results: every record's table, and its figures. */
export function resultsReadme(records: readonly RunRecord[]): string {
  const intro =
    "Written by `deno task reproduce`; the record of each run lies beside its figures and curves.";
  const parts = ["# Results", "", intro, ""];
  const names = [...new Set(records.map((r) => r.experiment))].sort();
  for (const name of names) {
    const runs = records.filter((r) => r.experiment === name).sort(byProfile);
    parts.push(`## ${markdownLine(runs[0].title)}`, "");
    for (const run of runs) {
      parts.push(`### [\`${run.profile}\`](${name}/${run.profile}.json)`, "", recordMarkdown(run));
      const figures = run.artifacts.map((a) => a.path).filter((path) => path.endsWith(".svg"));
      parts.push(...figures.map((path) => `![${path.split("/").at(-1)!.replace(".svg", "")}](${path})`), "");
    }
  }
  return `${parts.join("\n").replace(/\n{3,}/g, "\n\n").trimEnd()}\n`;
}
