import { checkOptions, inNotebooks, type OptionNames } from "../system/mod.ts";
import type { ColumnTable } from "arquero";
import type { MimeBundle } from "./figure.ts";

/** The look of numbers: `digits` significant ones (default 4), integers whole. */
export interface TableOptions {
  /** Significant digits of numbers that are not integers. */
  readonly digits?: number;
}

const optionNames: OptionNames<TableOptions> = { digits: true };

/** Returns a value as a table shows it: numbers to a few digits, null and undefined as nothing. */
export function formatCell(value: unknown, digits: number = 4): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number" || Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const text = value.toPrecision(digits);
  return text.includes("e") ? value.toExponential(Math.max(digits - 1, 0)) : text;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Returns text made safe to stand in HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (c) => entities[c]);

/** The ways in which texts break their lines. */
const LINE_BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;

/** Returns text as one line, for a page of Markdown: its line breaks are `<br>`. */
export const markdownLine = (text: string): string => text.replace(LINE_BREAK, "<br>");

/** Returns text for a cell of a table in Markdown: one line, whose bars end no cell. */
const markdownCell = (text: string): string =>
  markdownLine(text).replace(/\\*(\||$)/g, (end) => end.replace(/[\\|]/g, "\\$&"));

/** Returns text for a cell of a table at a terminal: its line breaks are arrows. */
const terminalCell = (text: string): string => text.replace(LINE_BREAK, "↵");

/** Returns a table as texts: a head, rows, and the columns of numbers (aligned to the right). */
function textTable(table: ColumnTable, options?: TableOptions) {
  checkOptions("format a table", options, optionNames);
  const { digits = 4 } = options ?? {};
  const head = table.columnNames(), records = table.objects({ limit: Infinity }) as Record<string, unknown>[];
  // Numbers that were written as text, to fewer digits, count as numbers.
  const isNumber = (v: unknown) => v === null || v === undefined || (v !== "" && !Number.isNaN(Number(v)));
  return {
    head,
    rows: records.map((record) => head.map((name) => formatCell(record[name], digits))),
    numeric: head.map((name) => records.length > 0 && records.every((record) => isNumber(record[name]))),
  };
}

/**
 * Returns a table as text for a terminal: columns aligned, numbers to the right, a rule below the
 * head.
 *
 * @example Text for a terminal
 * ```ts
 * import { formatTable } from "@pyrosaur/pyrosaur/plot";
 * import { table } from "arquero";
 * import assert from "node:assert/strict";
 *
 * const text = formatTable(table({ name: ["a", "sigma"], mean: [9.25, 0.9] }), { digits: 3 });
 * assert.match(text, /sigma +0\.900/);
 * ```
 */
export function formatTable(table: ColumnTable, options?: TableOptions): string {
  const { numeric, ...texts } = textTable(table, options);
  const head = texts.head.map(terminalCell), rows = texts.rows.map((row) => row.map(terminalCell));
  const widths = head.map((name, j) =>
    rows.reduce((most, row) => Math.max(most, row[j].length), name.length)
  );
  const line = (cells: readonly string[]) =>
    cells.map((c, j) => numeric[j] ? c.padStart(widths[j]) : c.padEnd(widths[j])).join("  ").trimEnd();
  return [line(head), widths.map((w) => "-".repeat(w)).join("  "), ...rows.map(line)].join("\n");
}

/**
 * Returns a table as Markdown: a line a row. Line breaks within a cell are `<br>`, and bars are
 * escaped.
 */
export function markdownTable(table: ColumnTable, options?: TableOptions): string {
  const { head, rows, numeric } = textTable(table, options);
  const line = (cells: readonly string[]) => `| ${cells.map(markdownCell).join(" | ")} |`;
  return [line(head), line(numeric.map((n) => n ? "---:" : "---")), ...rows.map(line)].join("\n");
}

/** Returns a table as HTML, without any style but the alignment of numbers. */
export function htmlTable(table: ColumnTable, options?: TableOptions): string {
  const { head, rows, numeric } = textTable(table, options);
  const cell = (tag: string) => (text: string, j: number) =>
    `<${tag}${numeric[j] ? ' style="text-align:right"' : ""}>${escapeHtml(text)}</${tag}>`;
  const line = (tag: string, cells: readonly string[]) => `<tr>${cells.map(cell(tag)).join("")}</tr>`;
  return `<table><thead>${line("th", head)}</thead><tbody>${
    rows.map((r) => line("td", r)).join("")
  }</tbody></table>`;
}

/** A table as a notebook shows it. */
export class TableView {
  /** A view of a table; `showTable()` does the same. */
  constructor(
    /** The table itself. */
    readonly table: ColumnTable,
    /** The look of its numbers. */
    readonly options: TableOptions = {},
  ) {}

  /** HTML and text. */
  [inNotebooks](): MimeBundle {
    return { "text/html": htmlTable(this.table, this.options), "text/plain": this.toString() };
  }

  /** Returns the table as text. */
  toString(): string {
    return formatTable(this.table, this.options);
  }
}

/** Returns a table for display: HTML and text in a notebook, text elsewhere. */
export function showTable(table: ColumnTable, options?: TableOptions): TableView {
  return new TableView(table, options);
}
