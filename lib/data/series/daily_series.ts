import type { ColumnTable } from "arquero";
import { closest } from "../../system/mod.ts";

const DAY = 86_400_000, ISO = /^\d{4}-\d{2}-\d{2}$/;

/** Variables day by day, without gaps. */
export interface DailySeries {
  /** The days as `2017-06-24`, one after the other. */
  readonly dates: readonly string[];
  /** The variables by name, a number for each day; NaN where it is missing. */
  readonly columns: Readonly<Record<string, Float64Array>>;
}

function fail(why: string): never {
  throw new Error(`Cannot read the series: ${why}`);
}

/** Returns the day after one. */
const after = (day: string): string => new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);

/** Returns a day as it is. Throws unless it is one of the calendar. */
function checkedDay(value: unknown, row: number): string {
  const isDay = typeof value === "string" && ISO.test(value) && !Number.isNaN(Date.parse(value)) &&
    new Date(value).toISOString().startsWith(value);
  return isDay
    ? value
    : fail(`found ${JSON.stringify(value)} for the date of row ${row}, expected YYYY-MM-DD`);
}

/** Throws, with the first date that is wrong, unless one day follows the other. */
function checkOrder(dates: readonly string[]): void {
  for (let i = 1; i < dates.length; i++) {
    const [before, date] = [dates[i - 1], dates[i]], expected = after(before);
    if (date === expected) continue;
    if (date <= before) {
      fail(`after ${before} comes ${date}, expected ${expected}: sort the rows by date, each day once`);
    }
    fail(`after ${before} comes ${date}, expected ${expected}: a gap; add rows for the missing days`);
  }
}

/** Returns a value as a number; NaN where there is none. */
function numberOf(value: unknown, name: string, date: string): number {
  if (value === null || value === undefined) return NaN;
  const isNumber = typeof value === "number" && Math.abs(value) !== Infinity;
  return isNumber ? value : fail(`found ${String(value)} for ${name} on ${date}, expected a finite number`);
}

/**
 * Returns columns of a table of days as a series, checked: no day is missing or out of order, and
 * every value is a number, or missing (null or NaN).
 *
 * @param columns the variables, in the order they are wanted in
 * @param date the column of dates, as `2017-06-24`
 * @throws Error that names the date where a day is missing, doubled or out of order, or a value is
 * no finite number; and where there is no such column, or no row.
 *
 * @example
 * ```ts
 * import { dailySeries } from "@pyrosaur/pyrosaur/data";
 * import { table } from "arquero";
 * import assert from "node:assert/strict";
 *
 * const days = table({ date: ["2017-12-31", "2018-01-01"], close: [10, 11] });
 * assert.deepEqual([...dailySeries(days, ["close"]).columns.close], [10, 11]);
 * const gap = table({ date: ["2017-12-31", "2018-01-02"], close: [10, 11] });
 * assert.throws(() => dailySeries(gap, ["close"]), /after 2017-12-31 comes 2018-01-02/);
 * ```
 */
export function dailySeries(table: ColumnTable, columns: readonly string[], date = "date"): DailySeries {
  const names = table.columnNames();
  for (const name of [date, ...columns]) {
    if (!names.includes(name)) {
      fail(`there is no column "${name}"${closest(name, names)}: expected one of ${names.join(", ")}`);
    }
  }
  const column = (name: string): unknown[] => Array.from(table.array(name) as ArrayLike<unknown>);
  const dates = column(date).map(checkedDay);
  if (dates.length === 0) fail("it has no rows");
  checkOrder(dates);
  const values = columns.map((name) =>
    [name, Float64Array.from(column(name), (value, i) => numberOf(value, name, dates[i]))] as const
  );
  return { dates, columns: Object.fromEntries(values) };
}
