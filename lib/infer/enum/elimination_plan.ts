import { inConsoles } from "../../system/mod.ts";
import { sizeOf as numbersIn } from "../../tensor/mod.ts";
import { lengthIfKnown } from "../../ppl/mod.ts";
import type { Axis } from "./named.ts";

/** A table of an elimination: the log densities of all combinations that one sum is taken of. */
export interface PlannedTable {
  /** The site that is summed out of it. */
  readonly site: string;
  /** Its axes: plates, and sites with the number of their values; unknown lengths count 1. */
  readonly axes: readonly { readonly name: string; readonly size: number }[];
  /** The numbers in it. */
  readonly numbers: number;
  /** The number of such tables: the steps of the loop it belongs to, else 1. */
  readonly times: number;
}

/** Returns a table of a plan. */
export function plannedTable(
  site: string,
  axes: readonly Axis[],
  { times = 1, nameOf = ({ name }) => name }: { times?: number; nameOf?: (axis: Axis) => string } = {},
): PlannedTable {
  const sized = axes.map((axis) => ({ name: nameOf(axis), size: lengthIfKnown(axis.size) }));
  return { site, axes: sized, numbers: numbersIn(sized.map(({ size }) => size)), times };
}

/** The order of an elimination and what it costs, which `console.log` shows as a table. */
export class EliminationPlan {
  /** Use `eliminationPlan`. */
  constructor(
    /** The tables, in the order in which their sites are summed out. */
    readonly tables: readonly PlannedTable[],
  ) {}

  /** The numbers that are computed: those of all tables. */
  get numbers(): number {
    return this.tables.reduce((sum, { numbers, times }) => sum + numbers * times, 0);
  }

  /** The largest table; undefined where nothing is summed out. */
  get largest(): PlannedTable | undefined {
    return [...this.tables].sort((a, b) => b.numbers - a.numbers)[0];
  }

  /** The memory of the largest table in float32, in MB; gradients need a few times as much. */
  get megabytes(): number {
    return (this.largest?.numbers ?? 0) * 4 / 1e6;
  }

  /** Returns the tables, one a line, and their sum. */
  toString(): string {
    const { largest } = this;
    if (!largest) return "Nothing is summed out";
    const rows = this.tables.map(({ site, axes, numbers, times }) => [
      site,
      axes.map(({ name, size }) => `${name} ${size}`).join(" × "),
      String(numbers),
      times === 1 ? "" : `× ${times} steps`,
    ]);
    const all = [["sum over", "table", "numbers", ""], ...rows];
    const widths = [0, 1, 2].map((i) => Math.max(...all.map((row) => row[i].length)));
    const lines = all.map(([site, table, numbers, times]) =>
      [site.padEnd(widths[0]), table.padEnd(widths[1]), numbers.padStart(widths[2]), times].join("  ")
        .trimEnd()
    );
    const total = `${this.numbers} numbers in all; the largest table, of "${largest.site}", takes ` +
      `${Number(this.megabytes.toPrecision(3))} MB`;
    return [...lines, total].join("\n");
  }

  /** Returns the same, for `console.log`. */
  [inConsoles](): string {
    return this.toString();
  }
}
