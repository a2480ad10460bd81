import { type ColumnTable, from } from "arquero";
import { escapeHtml, formatTable, htmlTable, markdownLine, markdownTable } from "../plot/mod.ts";
import { type Comparison, summarise } from "./compare.ts";

/** The forms a comparison is written in. */
export type ComparisonFormat = "text" | "json" | "md" | "html";

const COLUMNS = ["experiment", "profile", "metric", "before", "after", "change", "se", "verdict", "reason"];

/** Returns a comparison as a table, a row a metric. */
export function comparisonTable({ rows }: Comparison): ColumnTable {
  return from(rows, COLUMNS);
}

/**
 * Returns a comparison as text, JSON, Markdown or a page of HTML.
 *
 * @param shown the part whose lines are written (default: all); the summary counts all of them
 */
export function formatComparison(
  comparison: Comparison,
  format: ComparisonFormat = "text",
  shown: Comparison = comparison,
): string {
  const title = `${comparison.before} against ${comparison.after}`, summary = summarise(comparison);
  const rows = comparisonTable(shown), none = shown.rows.length === 0;
  switch (format) {
    case "json":
      return JSON.stringify({ ...shown, summary }, null, 2);
    case "md":
      return `## ${markdownLine(title)}\n\n${none ? "" : `${markdownTable(rows)}\n\n`}${summary}`;
    case "html":
      return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title>` +
        `<style>body{font:14px sans-serif}td,th{padding:2px 8px;border-bottom:1px solid #ddd}</style>` +
        `<h1>${escapeHtml(title)}</h1>${none ? "" : htmlTable(rows)}<p>${escapeHtml(summary)}</p></html>`;
    default:
      return `${title}\n\n${none ? "" : `${formatTable(rows)}\n\n`}${summary}`;
  }
}
