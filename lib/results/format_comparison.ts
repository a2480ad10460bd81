import { type ColumnTable, from } from "arquero";
import { escapeHtml, formatTable, htmlTable, markdownLine, markdownTable } from "../plot/mod.ts";
import {
  type Comparison,
  type ComparisonRow,
  FALSE_ALARMS,
  type RegressionOptions,
  regressionsOf,
  summarise,
} from "./compare.ts";

/** The forms a comparison is written in. */
export type ComparisonFormat = "text" | "json" | "md" | "html";

/** The part of comparisons that is written, and the rule by which regressions count. */
export interface ComparisonView extends RegressionOptions {
  /**
   * The comparisons with the lines that are written (default: all); summaries count all of them.
   */
  readonly shown?: readonly Comparison[];
}

const COLUMNS = [
  ...["experiment", "profile", "metric", "before", "after", "change", "se", "pairs", "verdict", "reason"],
];

/** Returns a comparison as a table, a row a metric; without pairs where no seeds are paired. */
export function comparisonTable({ rows }: Pick<Comparison, "rows">): ColumnTable {
  const isPaired = rows.some(({ pairs }) => pairs !== null);
  return from(rows, COLUMNS.filter((name) => isPaired || name !== "pairs"));
}

/**
 * Returns several comparisons with one first side as a table: a row a metric, two columns a side.
 */
function seriesTable(comparisons: readonly Comparison[]): ColumnTable {
  const keyOf = ({ experiment, profile, metric }: ComparisonRow) => `${experiment}\0${profile}\0${metric}`;
  const lines = new Map<string, Record<string, unknown>>();
  for (const { before, after, rows } of comparisons) {
    for (const row of rows) {
      const { experiment, profile, metric } = row;
      const line = lines.get(keyOf(row)) ?? { experiment, profile, metric, [before]: row.before };
      lines.set(keyOf(row), { ...line, [after]: row.after, [`in ${after}`]: row.verdict });
    }
  }
  const sides = comparisons.flatMap(({ after }) => [after, `in ${after}`]);
  return from([...lines.values()], ["experiment", "profile", "metric", comparisons[0].before, ...sides]);
}

const tableOf = (comparisons: readonly Comparison[]): ColumnTable =>
  comparisons.length === 1 ? comparisonTable(comparisons[0]) : seriesTable(comparisons);

/** Says how many regressions there are, and by which test. */
export function regressionLine(comparisons: readonly Comparison[], rule: RegressionOptions = {}): string {
  const { rows, tests, untested } = regressionsOf(comparisons, rule), count = rows.length;
  const found = count === 0 ? "No regression" : count === 1 ? "1 regression" : `${count} regressions`;
  const { rate = FALSE_ALARMS, strict = false } = rule, how = strict ? "counted untested" : "not tested";
  const rest = untested === 0 ? "" : `; ${untested} worse without a standard error, ${how}`;
  return `${found}: ${tests} metrics tested, false alarms ${
    Number((100 * rate).toPrecision(4))
  }% over all (Holm)${rest}`;
}

/** Returns a report for a pull request: regressions first, the rest of what changed below them. */
function markdownReport(
  comparisons: readonly Comparison[],
  shown: readonly Comparison[],
  rule: RegressionOptions,
): string {
  const counted = new Set(regressionsOf(comparisons, rule).rows);
  const parts = (isCounted: boolean) =>
    shown.map((part) => ({ ...part, rows: part.rows.filter((row) => counted.has(row) === isCounted) }));
  const section = (title: string, part: readonly Comparison[]) =>
    part.some(({ rows }) => rows.length > 0) ? [`### ${title}`, "", markdownTable(tableOf(part)), ""] : [];
  return [
    `## ${markdownLine(titleOf(comparisons))}`,
    "",
    ...(comparisons.some(({ rows }) => rows.length > 0)
      ? [`**${regressionLine(comparisons, rule)}.**`, ""]
      : []),
    ...section("Regressions", parts(true)),
    ...section("Other changes", parts(false)),
    summaryOf(comparisons),
    ...enginesOf(comparisons).flatMap((line) => ["", markdownLine(line)]),
  ].join("\n");
}

const titleOf = (comparisons: readonly Comparison[]): string =>
  `${comparisons[0].before} against ${comparisons.map(({ after }) => after).join(", ")}`;

/** Returns what is to be said of engines, each line once. */
const enginesOf = (comparisons: readonly Comparison[]): string[] => [
  ...new Set(comparisons.flatMap(({ engines }) => engines)),
];

const summaryOf = (comparisons: readonly Comparison[]): string =>
  comparisons.length === 1
    ? summarise(comparisons[0])
    : comparisons.map((comparison) => `${comparison.after}: ${summarise(comparison)}`).join("; ");

/**
 * Returns comparisons with one first side as text, JSON, Markdown (a report for a pull request) or
 * a page of HTML.
 *
 * @param comparisons one or more
 */
export function formatComparison(
  comparisons: readonly Comparison[],
  format: ComparisonFormat = "text",
  { shown = comparisons, ...rule }: ComparisonView = {},
): string {
  const title = titleOf(comparisons),
    summary = summaryOf(comparisons),
    line = regressionLine(comparisons, rule);
  const rows = tableOf(shown), none = rows.numRows() === 0;
  switch (format) {
    case "json": {
      const { rate = FALSE_ALARMS } = rule, regressions = { rate, ...regressionsOf(comparisons, rule) };
      const part = comparisons.length === 1 ? shown[0] : { comparisons: shown };
      return JSON.stringify({ ...part, summary, regressions }, null, 2);
    }
    case "md":
      return markdownReport(comparisons, shown, rule);
    case "html":
      return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title>` +
        `<style>body{font:14px sans-serif}td,th{padding:2px 8px;border-bottom:1px solid #ddd}</style>` +
        `<h1>${escapeHtml(title)}</h1>${none ? "" : htmlTable(rows)}<p>${escapeHtml(summary)}</p>` +
        `${[line, ...enginesOf(comparisons)].map((text) => `<p>${escapeHtml(text)}</p>`).join("")}</html>`;
    default:
      return `${title}\n\n${none ? "" : `${formatTable(rows)}\n\n`}${
        [line, summary, ...enginesOf(comparisons)].join("\n")
      }`;
  }
}
