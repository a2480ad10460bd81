import { checkOptions, closest, type OptionNames } from "../../system/mod.ts";
import type { DailySeries } from "./daily_series.ts";

/** Options of `windowsOf`. */
export interface WindowsOptions {
  /** The variable that is to be forecast. */
  readonly target: string;
  /** The days that a forecast is made from. */
  readonly length: number;
  /** The days from the last of these to the one that is forecast (default 1: the next one). */
  readonly horizon?: number;
}

const optionNames: OptionNames<WindowsOptions> = { target: true, length: true, horizon: true };

/** Windows of a series as inputs, each with the value that was to be forecast from it. */
export interface Windows {
  /** The inputs, [count, inputs]: row by row, in a row day by day, of a day all variables. */
  readonly x: Float64Array;
  /** The targets, [count]. */
  readonly y: Float64Array;
  /** The number of windows. */
  readonly count: number;
  /** The inputs of each: variables times days. */
  readonly inputs: number;
  /** The day that each forecast is made on: the last of its window. */
  readonly madeOn: readonly string[];
  /** The day that each is of. */
  readonly dates: readonly string[];
}

function fail(why: string): never {
  throw new Error(`Cannot cut windows from the series: ${why}`);
}

/** Throws unless a number of days is a positive integer. */
function checkDays(name: string, days: number): void {
  if (!(Number.isSafeInteger(days) && days > 0)) fail(`${name} is ${days}, expected a positive integer`);
}

/**
 * Cuts a series into all windows of a number of days, one a day, each with the target some days
 * later. A row depends on nothing after the day it is made on, and nothing is scaled.
 *
 * @throws Error where a window and its target are longer than the series, where a value is missing
 * (with its date), for an unknown target, and for lengths that are no positive integers.
 *
 * @example The next day from two
 * ```ts
 * import { dailySeries, windowsOf } from "@pyrosaur/pyrosaur/data";
 * import { table } from "arquero";
 * import assert from "node:assert/strict";
 *
 * const date = ["2018-01-01", "2018-01-02", "2018-01-03", "2018-01-04"];
 * const series = dailySeries(table({ date, a: [1, 2, 3, 4], b: [5, 6, 7, 8] }), ["a", "b"]);
 * const { x, y, dates } = windowsOf(series, { target: "a", length: 2 });
 * assert.deepEqual([...x], [1, 5, 2, 6, 2, 6, 3, 7]);
 * assert.deepEqual([...y], [3, 4]);
 * assert.deepEqual(dates, ["2018-01-03", "2018-01-04"]);
 * ```
 */
export function windowsOf({ dates, columns }: DailySeries, options: WindowsOptions): Windows {
  checkOptions("cut windows from the series", options, optionNames);
  const { target, length, horizon = 1 } = options, names = Object.keys(columns);
  checkDays("length", length);
  checkDays("horizon", horizon);
  if (!Object.hasOwn(columns, target)) {
    fail(`there is no target "${target}"${closest(target, names)}: expected one of ${names.join(", ")}`);
  }
  const count = dates.length - length - horizon + 1, inputs = names.length * length;
  if (count < 1) {
    fail(
      `it has ${dates.length} days, expected at least ${
        length + horizon
      }: a window of ${length} and the target ` +
        `${horizon} later; take a shorter window`,
    );
  }
  for (const name of names) {
    const i = columns[name].findIndex(Number.isNaN);
    if (i >= 0) fail(`${name} has no value on ${dates[i]}; fill it, or leave the column out`);
  }
  const x = new Float64Array(count * inputs), of = names.map((name) => columns[name]);
  for (let i = 0, at = 0; i < count; i++) {
    for (let day = i; day < i + length; day++) {
      for (const values of of) x[at++] = values[day];
    }
  }
  const first = length + horizon - 1;
  return {
    x,
    y: columns[target].slice(first),
    count,
    inputs,
    madeOn: dates.slice(length - 1, length - 1 + count),
    dates: dates.slice(first),
  };
}
