import type { ColumnTable } from "arquero";
import { type Chains, chainsOf, effectiveSampleSize, essBulk, essTail } from "../../statistics/mod.ts";
import { hpdi, interval, mcseMean, mcseSd, median, moments, pooled } from "../../statistics/mod.ts";
import { rHat, splitRHat } from "../../statistics/mod.ts";
import { checkOptions, inConsoles, indexNames, type OptionNames } from "../../system/mod.ts";
import { type HostArray, isHostArray, isTensor, type Key, random, type Shape } from "../../tensor/mod.ts";
import { type Tensor, toHostArray } from "../../tensor/mod.ts";
import { checkArguments } from "../../ppl/mod.ts";
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
  /** The lower end of the interval that holds the share `mass` of them. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
  /** Diagnostics, of chains: in NumPyro's style the effective sample size. */
  readonly nEff?: number;
  /** Split R-hat, in ArviZ's style of ranks. */
  readonly rHat?: number;
  /** In ArviZ's style, the effective sample size for the centre. */
  readonly essBulk?: number;
  /** In ArviZ's style, the effective sample size for the tails. */
  readonly essTail?: number;
  /** In ArviZ's style, the standard error of the mean. */
  readonly mcseMean?: number;
  /** In ArviZ's style, the standard error of the standard deviation. */
  readonly mcseSd?: number;
}

/** The draws of chains, as `MCMC.run` returns them. */
export interface DrawnChains {
  /** Values by name, `[chains, draws, ...shape of the site]`. */
  readonly chains: NamedDraws;
  /** The transitions that diverged. */
  readonly divergences: number;
}

/** A posterior that can be drawn from, such as an automatic guide. */
interface Posterior {
  sampleLatent(
    key: Key,
    params: Record<string, Tensor>,
    sampleShape: Shape,
    ...args: unknown[]
  ): Record<string, Tensor>;
  checkSpread?(act: string): void;
}

/** Options of `summary`. */
export interface SummaryOptions {
  /** The share of the draws that the intervals hold (default 0.9; in ArviZ's style 0.89). */
  mass?: number;
  /**
   * The columns (default "numpyro"): the shortest interval, and of chains n_eff and r_hat;
   * "arviz": those of arviz-stats 0.8, with the central interval.
   */
  style?: "numpyro" | "arviz";
  /** The number of draws from a guide (default 1000). */
  numSamples?: number;
  /** The arguments of the model, for a guide whose draws depend on them, such as AutoDAIS. */
  args?: readonly unknown[];
}

const optionNames: OptionNames<SummaryOptions> = { mass: true, style: true, numSamples: true, args: true };

/** A column of a printed table: its heading, the number in a row, and the number's text. */
type Column = readonly [heading: string, of: (row: SummaryRow) => number | undefined, text?: Format];
type Format = (value: number) => string;

const rounded: Format = (value) => value.toFixed(0), hundredths: Format = (value) => value.toFixed(2);

/** Returns the columns of a style; those of chains are left out where there is no number. */
function columnsOf(style: "numpyro" | "arviz", mass: number): Column[] {
  const [low, high] = [50 - 50 * mass, 50 + 50 * mass].map((p) => `${p.toFixed(1)}%`);
  const share = `eti${Math.round(100 * mass)}`;
  return style === "numpyro"
    ? [
      ["mean", (row) => row.mean],
      ["std", (row) => row.std],
      ["median", (row) => row.median],
      [low, (row) => row.low],
      [high, (row) => row.high],
      ["n_eff", (row) => row.nEff, hundredths],
      ["r_hat", (row) => row.rHat, hundredths],
    ]
    : [
      ["mean", (row) => row.mean],
      ["sd", (row) => row.std],
      [`${share}_lb`, (row) => row.low],
      [`${share}_ub`, (row) => row.high],
      ["ess_bulk", (row) => row.essBulk, rounded],
      ["ess_tail", (row) => row.essTail, rounded],
      ["r_hat", (row) => row.rHat, hundredths],
      ["mcse_mean", (row) => row.mcseMean],
      ["mcse_sd", (row) => row.mcseSd],
    ];
}

/** A summary of draws: rows to compute with, and a table to print. */
export class Summary {
  /** The table of rows, in NumPyro's style by default; `summary` makes them. */
  constructor(
    /** A row for each number, sites in the order given. */
    readonly rows: readonly SummaryRow[],
    /** The share of the draws that the intervals hold. */
    readonly mass: number,
    /** The style of the table (default "numpyro"). */
    readonly style: "numpyro" | "arviz" = "numpyro",
    /** The transitions of the chains that diverged, where the draws are of chains. */
    readonly divergences?: number,
  ) {}

  /** The row of a name. Throws where there is none. */
  row(name: string): SummaryRow {
    const row = this.rows.find((r) => r.name === name);
    if (row) return row;
    throw new Error(`Cannot find "${name}" in a summary of ${this.rows.map((r) => r.name).join(", ")}`);
  }

  /** The columns that have numbers. */
  get #columns(): Column[] {
    return columnsOf(this.style, this.mass).filter(([, of]) =>
      this.rows.some((row) => of(row) !== undefined)
    );
  }

  /**
   * Returns the rows as a table of arquero, with all digits: to sort and filter, and for
   * `showTable`.
   */
  async toTable(): Promise<ColumnTable> {
    const { table } = await import("arquero"), { rows } = this;
    const numbers = this.#columns.map(([heading, of]) => [heading, rows.map((row) => of(row))]);
    return table(Object.fromEntries([["name", rows.map(({ name }) => name)], ...numbers]));
  }

  /** The table as text, numbers with four digits. */
  toString(): string {
    const columns = this.#columns;
    const cells = this.rows.map((row) => [
      row.name,
      ...columns.map(([, of, text = (value) => value.toPrecision(4)]) => text(of(row)!)),
    ]);
    const table = [["", ...columns.map(([heading]) => heading)], ...cells];
    const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
    const lines = table.map((row) => row.map((cell, i) => cell.padStart(widths[i])).join("  "));
    const { divergences } = this;
    return [...lines, ...divergences === undefined ? [] : [`\nNumber of divergences: ${divergences}`]]
      .join("\n");
  }

  /** The table, for `console.log`. */
  [inConsoles](): string {
    return this.toString();
  }
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
/** Returns that of chains, as `MCMC.run` returns them, with effective sample sizes and R-hat. */
export function summary(result: DrawnChains, options?: SummaryOptions): Summary;
export function summary(of: NamedDraws | AutoGuide | DrawnChains, ...rest: unknown[]): Summary {
  if (typeof of !== "function") return summaryOf(of, rest[0] as SummaryOptions | undefined);
  const [params, options] = rest as [Record<string, Tensor>, SummaryOptions | undefined];
  checkOptions("summarise", options, optionNames);
  const { numSamples = 1000, args = [] } = options ?? {}, guide = of as Partial<Posterior>;
  if (!guide.sampleLatent) {
    throw new Error(
      "Cannot summarise a function: expected draws by name, or an automatic guide and its parameters",
    );
  }
  checkArguments("summarise", args);
  guide.checkSpread?.("summarise the posterior");
  return summaryOf(guide.sampleLatent(random.key(0), params, [numSamples], ...args), options);
}

/** Tells draws of chains from draws by name. */
const areChains = (of: NamedDraws | DrawnChains): of is DrawnChains => typeof of.divergences === "number";

function summaryOf(of: NamedDraws | DrawnChains, options: SummaryOptions | undefined): Summary {
  checkOptions("summarise", options, optionNames);
  const { style = "numpyro" } = options ?? {}, { mass = style === "arviz" ? 0.89 : 0.9 } = options ?? {};
  if (style !== "numpyro" && style !== "arviz") {
    throw new Error(`Cannot summarise in the style "${style}": expected "numpyro" or "arviz"`);
  }
  const grouped = areChains(of), draws = grouped ? of.chains : of, isArviz = style === "arviz";
  const rows = Object.entries(draws).flatMap(([name, value]) => {
    if (!isHostArray(value) && !isTensor(value)) {
      throw new TypeError(`Cannot summarise "${name}": found ${typeof value}, expected a tensor of draws`);
    }
    const { data, shape: all } = isHostArray(value) ? value : toHostArray(value);
    const chains = grouped ? all : [1, ...all], shape = chains.slice(2);
    if (!chains[1]) {
      throw new Error(
        `Cannot summarise "${name}": found shape [${all}], expected draws along the ${
          grouped ? "second" : "first"
        } axis, at least one`,
      );
    }
    return indexNames(shape).map((place, at): SummaryRow => {
      const own = chainsOf({ data, shape: chains }, at), one = pooled(own), { mean, sd } = moments(one);
      const bounds = isArviz ? interval(one, mass) : hpdi(one, mass);
      const row = { name: name + place, mean, std: sd, median: median(one), ...bounds };
      return grouped || isArviz ? { ...row, ...diagnosed(own, isArviz) } : row;
    });
  });
  return new Summary(rows, mass, style, grouped ? of.divergences : undefined);
}

function diagnosed(chains: Chains, isArviz: boolean): Partial<SummaryRow> {
  return isArviz
    ? {
      essBulk: essBulk(chains),
      essTail: essTail(chains),
      rHat: rHat(chains),
      mcseMean: mcseMean(chains),
      mcseSd: mcseSd(chains),
    }
    : { nEff: effectiveSampleSize(chains), rHat: splitRHat(chains) };
}
