import { type ColumnTable, table } from "arquero";
import type { Figure } from "../../lib/plot/mod.ts";
import type { Metric, MetricOptions, Target } from "../../lib/results/mod.ts";
import { makeMetric } from "./metrics.ts";

const FILE_NAME = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/;

/**
 * Takes in what an experiment reports, and makes of it metrics, tables and the contents of files.
 */
export class Reporter {
  /** The metrics, in the order reported. */
  readonly metrics: Metric[] = [];
  /** The tables by name, in the order reported. */
  readonly tables: Map<string, ColumnTable> = new Map();
  readonly #targets: Readonly<Record<string, Target>>;
  readonly #curves = new Map<string, string>();
  readonly #figures = new Map<string, Figure | string>();
  readonly #files = new Map<string, Uint8Array>();

  /** A reporter of a run with some seeds that gives metrics the targets of their names. */
  constructor(targets: Readonly<Record<string, Target>>, readonly seeds: number = 1) {
    this.#targets = targets;
  }

  /** As `Context.metric`. */
  metric(name: string, value: number | ArrayLike<number>, options: MetricOptions = {}): void {
    if (this.metrics.some((m) => m.name === name)) {
      throw new Error(`The metric "${name}" is reported twice: give each its own name`);
    }
    const declared = Object.hasOwn(this.#targets, name) ? this.#targets[name] : null;
    const target = options.target === undefined ? declared : options.target;
    this.metrics.push(makeMetric(name, value, target, options, this.seeds));
  }

  /** As `Context.curve`. */
  curve(name: string, columns: Readonly<Record<string, ArrayLike<number> | readonly string[]>>): void {
    this.#check("curve", name, this.#curves);
    const lengths = Object.entries(columns).map(([column, values]) => `${column} ${values.length}`);
    if (new Set(Object.values(columns).map((values) => values.length)).size !== 1) {
      throw new Error(
        `Cannot report the curve "${name}": expected columns of equal length, found ${
          lengths.join(", ") || "none"
        }`,
      );
    }
    const arrays = Object.entries(columns).map((
      [column, values],
    ) => [column, Array.from(values as ArrayLike<number>)]);
    this.#curves.set(name, table(Object.fromEntries(arrays)).toCSV());
  }

  /** As `Context.table`. */
  table(name: string, value: ColumnTable): void {
    this.#check("table", name, this.tables);
    this.tables.set(name, value);
  }

  /** As `Context.figure` and `Context.svg`. */
  figure(name: string, figure: Figure | string): void {
    this.#check("figure", name, this.#figures);
    this.#figures.set(name, figure);
  }

  /** As `Context.file`. */
  file(name: string, contents: Uint8Array): void {
    if (name.includes("/")) {
      throw new Error(
        `Invalid name of a file "${name}": expected no "/", as folders are for curves, tables and figures`,
      );
    }
    this.#check("file", name, this.#files);
    this.#files.set(name, contents.slice());
  }

  #check(kind: string, name: string, taken: ReadonlyMap<string, unknown>): void {
    if (!FILE_NAME.test(name)) {
      throw new Error(
        `Invalid name of a ${kind} "${name}": expected letters, digits, ".", "_" and "-" (it becomes a file's name)`,
      );
    }
    if (taken.has(name)) throw new Error(`The ${kind} "${name}" is reported twice: give each its own name`);
  }

  /** Declared targets that no metric was reported for. */
  missing(): string[] {
    return Object.keys(this.#targets).filter((name) => !this.metrics.some((m) => m.name === name));
  }

  /** Returns the contents of all files by path; figures are drawn now. */
  async artifacts(): Promise<Map<string, string | Uint8Array>> {
    const files = new Map<string, string | Uint8Array>(this.#files);
    for (const [name, csv] of this.#curves) files.set(`curves/${name}.csv`, csv);
    for (const [name, value] of this.tables) files.set(`tables/${name}.csv`, value.toCSV());
    for (const [name, figure] of this.#figures) {
      if (typeof figure !== "string") {
        files.set(`figures/${name}.vl.json`, `${JSON.stringify(figure.spec)}\n`);
      }
      files.set(
        `figures/${name}.svg`,
        `${(typeof figure === "string" ? figure : await figure.toSVG()).trimEnd()}\n`,
      );
    }
    return files;
  }
}
