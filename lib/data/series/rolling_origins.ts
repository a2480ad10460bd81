import { checkOptions, type OptionNames } from "../../system/mod.ts";

/** Options of `rollingOrigins`. */
export interface RollingOriginsOptions {
  /** The windows that each fit is made from: the latest ones that were known. */
  readonly train: number;
  /** The windows after them that it is tested on. */
  readonly test: number;
  /** The horizon of the forecasts (default 1). */
  readonly horizon?: number;
  /** The number of origins, the latest ones (default: all for which there are windows). */
  readonly origins?: number;
}

const optionNames: OptionNames<RollingOriginsOptions> = {
  train: true,
  test: true,
  horizon: true,
  origins: true,
};

/** A part of some windows: from one, up to another that does not belong to it. */
export interface Span {
  /** The first. */
  readonly from: number;
  /** The first after it. */
  readonly to: number;
}

/** A day on which a fit is made from the past, to be tested on what comes. */
export interface RollingOrigin {
  /** The windows to fit. */
  readonly train: Span;
  /** The windows to test. */
  readonly test: Span;
}

/**
 * Returns the origins of forecasts that roll through windows of a series, the last one at their
 * end: the tests follow each other without overlap, and each fit is made from windows whose targets
 * had come before the first forecast of its test is made. With a horizon of h days, the h - 1
 * windows in between belong to neither.
 *
 * @param count the number of windows
 * @throws Error where there are too few windows, and for sizes that are no positive integers.
 *
 * @example
 * ```ts
 * import { rollingOrigins } from "@pyrosaur/pyrosaur/data";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(rollingOrigins(10, { train: 5, test: 2 }), [
 *   { train: { from: 1, to: 6 }, test: { from: 6, to: 8 } },
 *   { train: { from: 3, to: 8 }, test: { from: 8, to: 10 } },
 * ]);
 * ```
 */
export function rollingOrigins(count: number, options: RollingOriginsOptions): RollingOrigin[] {
  checkOptions("roll through windows", options, optionNames);
  const { train, test, horizon = 1 } = options, between = horizon - 1;
  const fitting = Math.floor((count - train - between) / test);
  const { origins = Math.max(1, fitting) } = options;
  for (const [name, size] of Object.entries({ train, test, horizon, origins })) {
    if (!(Number.isSafeInteger(size) && size > 0)) {
      throw new Error(`Cannot roll through windows: ${name} is ${size}, expected a positive integer`);
    }
  }
  if (!(fitting >= origins)) {
    throw new Error(
      `Cannot roll through windows: found ${count}, expected at least ${train + between + origins * test}: ` +
        `${train} to fit${between > 0 ? `, ${between} in between` : ""} and ${origins} times ${test} to test`,
    );
  }
  return Array.from({ length: origins }, (_, i) => {
    const from = count - (origins - i) * test, known = from - between;
    return { train: { from: known - train, to: known }, test: { from, to: from + test } };
  });
}
