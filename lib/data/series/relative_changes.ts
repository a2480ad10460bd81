import { checkOptions, type OptionNames } from "../../system/mod.ts";
import type { DailySeries } from "./daily_series.ts";

/** Options of `relativeChanges`. */
export interface RelativeChangesOptions {
  /**
   * Changes to take, by column, where there is none: from 0, from a missing value or to one.
   * Columns without an entry must have all of theirs.
   */
  readonly otherwise?: Readonly<Record<string, number>>;
}

const optionNames: OptionNames<RelativeChangesOptions> = { otherwise: true };

/** Returns why there is no change from one value to the next; undefined where there is one. */
function hindrance(before: number, value: number, from: string, to: string): string | undefined {
  if (Number.isNaN(before)) return `there is no value on ${from}`;
  if (Number.isNaN(value)) return `there is no value on ${to}`;
  return before === 0 ? `the value on ${from} is 0, of which nothing is a multiple` : undefined;
}

/**
 * Returns the relative change of each variable from day to day, `x[t] / x[t - 1] - 1`: of n days
 * n - 1, dated by the later one, so that nothing is known of a change before its date.
 *
 * @throws Error that names column and date where a change is not defined, and for entries of
 * `otherwise` that are no column's.
 *
 * @example
 * ```ts
 * import { dailySeries, relativeChanges } from "@pyrosaur/pyrosaur/data";
 * import { table } from "arquero";
 * import assert from "node:assert/strict";
 *
 * const date = ["2018-01-01", "2018-01-02", "2018-01-03"];
 * const days = table({ date, close: [10, 11, 0], tweets: [0, 5, null] });
 * const series = dailySeries(days, ["close", "tweets"]);
 * const { dates, columns } = relativeChanges(series, { otherwise: { tweets: 0 } });
 * assert.deepEqual(dates, ["2018-01-02", "2018-01-03"]);
 * assert.deepEqual([...columns.tweets], [0, 0]);
 * assert.throws(() => relativeChanges(series), /the value on 2018-01-01 is 0/);
 * ```
 */
export function relativeChanges(
  { dates, columns }: DailySeries,
  options: RelativeChangesOptions = {},
): DailySeries {
  checkOptions("take relative changes", options, optionNames);
  const { otherwise = {} } = options;
  checkOptions("take relative changes: otherwise", otherwise, mapTo(columns, true));
  const changes = Object.entries(columns).map(([name, values]) => {
    const own = Float64Array.from({ length: Math.max(0, dates.length - 1) }, (_, i) => {
      const why = hindrance(values[i], values[i + 1], dates[i], dates[i + 1]);
      if (!why) return values[i + 1] / values[i] - 1;
      if (Object.hasOwn(otherwise, name)) return otherwise[name];
      throw new Error(
        `Cannot take the change of ${name} from ${dates[i]} to ${dates[i + 1]}: ${why}; ` +
          `give the change to take there, otherwise: { ${name}: 0 }, or leave the column out`,
      );
    });
    return [name, own] as const;
  });
  return { dates: dates.slice(1), columns: Object.fromEntries(changes) };
}

const mapTo = <T>(record: Readonly<Record<string, unknown>>, value: T): Record<string, T> =>
  Object.fromEntries(Object.keys(record).map((name) => [name, value]));
