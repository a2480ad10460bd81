import type { ColumnTable } from "arquero";
import {
  type DailySeries,
  dailySeries,
  relativeChanges,
  rollingOrigins,
  type Span,
  type Windows,
  windowsOf,
} from "@pyrosaur/pyrosaur/data";
import { part, type Split } from "./rows.ts";
import type { FinanceConfig } from "./settings.ts";

/** The variables, in the order of the text. */
const COLUMNS = ["open", "high", "low", "close", "volume", "tweets", "market_cap"] as const;

/** The changes that are not defined: the days without a number of tweets, and the first one. */
const otherwise = { tweets: 0, market_cap: 0 };

/** The variables day by day, and the relative changes of the close: for the figures. */
export function pricesOf(table: ColumnTable): { dates: readonly string[]; close: Float64Array } {
  const { dates, columns: { close } } = dailySeries(table, ["close"]);
  return { dates, close };
}

/** The relative changes of all days. Where there is no number, nothing has changed. */
export function changesOf(table: ColumnTable): DailySeries {
  return relativeChanges(dailySeries(table, COLUMNS), { otherwise });
}

/**
 * The changes as the text has them: of the last days, the first of which counts as unchanged; a
 * missing number of tweets is 0, so that the day before a gap ends in a change of -1, and changes
 * from 0 are 0.
 */
export function sourceChanges(table: ColumnTable, days: number): DailySeries {
  const { dates, columns } = dailySeries(table.slice(-days), COLUMNS);
  const tweets = columns.tweets.map((count) => Number.isNaN(count) ? 0 : count);
  const changes = relativeChanges({ dates, columns: { ...columns, tweets } }, { otherwise });
  const whole = Object.entries(changes.columns).map(([name, own]) => [name, Float64Array.of(0, ...own)]);
  return { dates, columns: Object.fromEntries(whole) };
}

const splitOf = (name: string, windows: Windows, train: Span, test: Span): Split => ({
  name,
  train: part(windows, train),
  test: part(windows, test),
  dates: windows.dates.slice(test.from, test.to),
});

type Sizes = Pick<FinanceConfig, "window" | "sourceDays" | "train" | "test" | "origins">;

/**
 * The split of the text: the last windows of its days are the test, all others the fit. Its target
 * is not the next day's change but that of the day after, since it counts from one past the window;
 * and the last target of the fit comes a day after the first forecast is made.
 */
export function sourceSplit(table: ColumnTable, { window: length, sourceDays, test }: Sizes): Split {
  const windows = windowsOf(sourceChanges(table, sourceDays), { target: "close", length, horizon: 2 });
  const { count } = windows, from = count - test;
  return splitOf("source", windows, { from: 0, to: from }, { from, to: count });
}

/** The splits that roll through the whole series, the oldest first: the next day from the past. */
export function rollingSplits(table: ColumnTable, { window: length, train, test, origins }: Sizes): Split[] {
  const windows = windowsOf(changesOf(table), { target: "close", length });
  const all = rollingOrigins(windows.count, { train, test, ...(origins !== null && { origins }) });
  return all.map((origin) => splitOf(windows.dates[origin.test.from], windows, origin.train, origin.test));
}
