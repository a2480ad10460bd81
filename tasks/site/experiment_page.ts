import { formatCell, htmlTable } from "../../lib/plot/mod.ts";
import {
  type Experiment,
  type Metric,
  metricsTable,
  type RunRecord,
  targetsMet,
  targetText,
} from "../../lib/results/mod.ts";
import type { Version } from "./history.ts";
import { courseHtml, escapeHtml, scrolling, tableHtml } from "./html.ts";

/** A run with the versions of its record. */
export interface ShownRun {
  /** Its record. */
  readonly record: RunRecord;
  /** The versions of its record, the oldest first. */
  readonly versions: readonly Version<RunRecord>[];
}

/** Says in a line how a run went, and where. */
function circumstances(
  { status, error, seeds, environment, code, started, seconds, simulated }: RunRecord,
): string {
  const { engine, device, dtype, cpu, cores, deno } = environment;
  const commit = code.commit
    ? ` at <code>${code.commit.slice(0, 10)}</code>${code.dirty ? " (changed)" : ""}`
    : "";
  const failed = status === "failed" ? `<p class="failed">Failed: ${escapeHtml(error ?? "")}</p>` : "";
  return `<p>${seeds.length} seed${seeds.length === 1 ? "" : "s"}${
    simulated ? ", <strong>simulated data</strong>" : ""
  }, ` +
    escapeHtml(
      `${engine} on ${device}, ${dtype}, ${
        formatCell(seconds, 3)
      } s on ${cpu} (${cores} cores), Deno ${deno}, `,
    ) +
    `${started.slice(0, 10)}${commit}.</p>${failed}`;
}

const labelOf = (metric: Metric): string => metric.unit ? `${metric.name} [${metric.unit}]` : metric.name;

const numberOf = ({ value, se }: Metric): string =>
  value === null ? "not finite" : formatCell(value) + (se === null ? "" : ` ± ${formatCell(se, 2)}`);

/** Returns the course of every metric over the commits that changed the record. */
function courses(versions: readonly Version<RunRecord>[]): string {
  const names = new Set(versions.toReversed().flatMap(({ value }) => value.metrics.map(({ name }) => name)));
  const rows = [...names].map((name) => {
    const course = versions.flatMap(({ commit, date, value }) => {
      const metric = value.metrics.find((m) => m.name === name);
      return metric
        ? [{
          value: metric.value,
          label: `${date.slice(0, 10)} ${commit.slice(0, 10)}: ${numberOf(metric)}`,
          metric,
        }]
        : [];
    });
    const first = course[0].metric,
      last = course.at(-1)!.metric;
    return [
      `<code>${escapeHtml(labelOf(last))}</code>`,
      courseHtml(course, name),
      course.length > 1 ? escapeHtml(numberOf(first)) : "",
      escapeHtml(numberOf(last)),
      escapeHtml(targetText(last) ?? ""),
    ];
  });
  return tableHtml(["metric", "course", "first", "last", "target"], rows);
}

/** Returns the place of a figure: its drawing, and the specification by which it comes alive. */
function figureHtml(record: RunRecord, svg: string): string {
  const base = svg.replace(/\.svg$/, ""),
    isLive = record.artifacts.some(({ path }) => path === `${base}.vl.json`);
  const name = base.split("/").slice(3).join("/");
  return `<figure${isLive ? ` data-figure="files/${base}.js" data-name="${base}"` : ""}>` +
    `<img src="files/${svg}" alt="${escapeHtml(name)}" loading="lazy"><figcaption>${
      escapeHtml(name)
    }</figcaption></figure>`;
}

/** Returns a run: its circumstances, its table, its figures, and the course of its metrics. */
function runHtml({ record, versions }: ShownRun): string {
  const { profile, metrics, artifacts, config } = record;
  const sources = [...new Set(metrics.flatMap(({ target }) => target ? [target.source] : []))];
  const figures = artifacts.map(({ path }) => path).filter((path) => path.endsWith(".svg"));
  const met = targetsMet(record);
  return `<section id="${profile}"><h2>Profile <code>${profile}</code></h2>
${circumstances(record)}
${met ? `<p>Targets met: ${met}.</p>` : ""}
${metrics.length > 0 ? scrolling(htmlTable(metricsTable(record))) : ""}
${sources.length > 0 ? `<p class="small">Targets: ${escapeHtml(sources.join("; "))}.</p>` : ""}
<div class="figures">${figures.map((svg) => figureHtml(record, svg)).join("\n")}</div>
<details><summary>Settings</summary><pre tabindex="0">${
    escapeHtml(JSON.stringify(config, null, 2))
  }</pre></details>
${versions.length > 0 ? `<h3>Over commits</h3>${courses(versions)}` : ""}
</section>`;
}

/** Returns the contents of an experiment's page. */
export function experimentHtml(
  { title, question }: Pick<Experiment, "title" | "question">,
  runs: readonly ShownRun[],
  notebook: string | undefined,
): string {
  const places = runs.map(({ record: { profile } }) => `<a href="#${profile}">${profile}</a>`).join(" · ");
  return `<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(question)}</p>
<p>${places}${notebook ? ` · <a href="${notebook}">Notebook</a>` : ""}</p>
${runs.map(runHtml).join("\n")}`;
}
