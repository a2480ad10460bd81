import { hpdi, median, moments } from "../../statistics/mod.ts";
import { checkOptions, inConsoles, type OptionNames } from "../../system/mod.ts";
import {
  type HostArray,
  isHostArray,
  isTensor,
  type Key,
  random,
  type Shape,
  sizeOf,
} from "../../tensor/mod.ts";
import { type Tensor, toHostArray } from "../../tensor/mod.ts";
import type { AutoGuide } from "../autoguide/auto_guide.ts";

/** The summary of the draws of one number. */
export interface SummaryRow {
  /** The name of its site, with its place where the site has several: `w[1,0]`. */
  readonly name: string;
  /** The mean of its draws. */
  readonly mean: number;
  /** Their standard deviation, with n - 1 in the denominator. */
  readonly std: number;
  /** Their median. */
  readonly median: number;
  /** The lower end of the shortest interval that holds the share `mass` of them. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
}

/** A posterior that can be drawn from, such as an automatic guide. */
interface Posterior {
  sampleLatent(key: Key, params: Record<string, Tensor>, sampleShape: Shape): Record<string, Tensor>;
}

/** Options of `summary`. */
export interface SummaryOptions {
  /** The share of the draws that the intervals hold (default 0.9). */
  mass?: number;
  /** The number of draws from a guide (default 1000). */
  numSamples?: number;
}

const optionNames: OptionNames<SummaryOptions> = { mass: true, numSamples: true };

/** A summary of draws: rows to compute with, and a table to print. */
export class Summary {
  /** The table of rows; `summary` makes them. */
  constructor(
    /** A row for each number, sites in the order given. */
    readonly rows: readonly SummaryRow[],
    /** The share of the draws that the intervals hold. */
    readonly mass: number,
  ) {}

  /** The row of a name. Throws where there is none. */
  row(name: string): SummaryRow {
    const row = this.rows.find((r) => r.name === name);
    if (row) return row;
    throw new Error(`Cannot find "${name}" in a summary of ${this.rows.map((r) => r.name).join(", ")}`);
  }

  /** The table as text, numbers with four digits. */
  toString(): string {
    const [low, high] = [50 - 50 * this.mass, 50 + 50 * this.mass].map((p) => `${p.toFixed(1)}%`);
    const cells = this.rows.map(({ name, ...numbers }) => [
      name,
      ...[numbers.mean, numbers.std, numbers.median, numbers.low, numbers.high].map((n) => n.toPrecision(4)),
    ]);
    const table = [["", "mean", "std", "median", low, high], ...cells];
    const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
    return table.map((row) => row.map((cell, i) => cell.padStart(widths[i])).join("  ")).join("\n");
  }

  /** The table, for `console.log`. */
  [inConsoles](): string {
    return this.toString();
  }
}

/** Returns the indices of the numbers of a shape as text: "" for a scalar, `[1,0]`. */
function places(shape: readonly number[]): string[] {
  const indices = shape.reduce<number[][]>(
    (all, size) => all.flatMap((at) => Array.from({ length: size }, (_, i) => [...at, i])),
    [[]],
  );
  return indices.map((at) => at.length === 0 ? "" : `[${at.join(",")}]`);
}

/** Values by name, each with draws along its first axis. */
export type NamedDraws = Readonly<Record<string, Tensor | HostArray>>;

/**
 * Returns mean, standard deviation, median and the shortest 90% interval of draws, as NumPyro's
 * `print_summary`: of the posterior of a guide, or of draws such as predictions.
 *
 * @param draws values by name, `[draws, ...shape of the site]`
 *
 * Throws where a value is no tensor, or has no draws.
 *
 * @example A posterior as a table
 * ```ts
 * import { summary } from "@pyrosaur/pyrosaur/infer";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const table = summary({ w: tf.tensor([[1, 10], [2, 20], [3, 30]]) });
 * assert.equal(table.row("w[1]").mean, 20);
 * assert.match(String(table), /^ +mean +std +median +5.0% +95.0%\n *w\[0\] +2.000 +1.000 +2.000/);
 * ```
 */
export function summary(draws: NamedDraws, options?: SummaryOptions): Summary;
/** Returns that of an automatic guide at its parameters, by draws with a key of its own. */
export function summary(guide: AutoGuide, params: Record<string, Tensor>, options?: SummaryOptions): Summary;
export function summary(of: NamedDraws | AutoGuide, ...rest: unknown[]): Summary {
  if (typeof of !== "function") return summaryOf(of as NamedDraws, rest[0] as SummaryOptions | undefined);
  const [params, options] = rest as [Record<string, Tensor>, SummaryOptions | undefined];
  checkOptions("summarise", options, optionNames);
  const { numSamples = 1000 } = options ?? {}, guide = of as Partial<Posterior>;
  if (!guide.sampleLatent) {
    throw new Error(
      "Cannot summarise a function: expected draws by name, or an automatic guide and its parameters",
    );
  }
  return summaryOf(guide.sampleLatent(random.key(0), params, [numSamples]), options);
}

function summaryOf(draws: NamedDraws, options: SummaryOptions | undefined): Summary {
  checkOptions("summarise", options, optionNames);
  const { mass = 0.9 } = options ?? {};
  const rows = Object.entries(draws).flatMap(([name, value]) => {
    if (!isHostArray(value) && !isTensor(value)) {
      throw new TypeError(`Cannot summarise "${name}": found ${typeof value}, expected a tensor of draws`);
    }
    const { data, shape: all } = isHostArray(value) ? value : toHostArray(value), [count, ...shape] = all;
    if (!count) {
      throw new Error(
        `Cannot summarise "${name}": found shape [${all}], expected draws along the first axis, at least one`,
      );
    }
    const size = sizeOf(shape);
    return places(shape).map((place, at): SummaryRow => {
      const own = Float64Array.from({ length: count }, (_, draw) => Number(data[draw * size + at]));
      const { mean, sd } = moments(own);
      return { name: name + place, mean, std: sd, median: median(own), ...hpdi(own, mass) };
    });
  });
  return new Summary(rows, mass);
}
