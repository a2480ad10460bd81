import { tooLarge } from "../../tensor/mod.ts";
import { lengthIfKnown } from "../../ppl/mod.ts";
import { type Axis, unionOf } from "./named.ts";

/** One step of a plan: the variable that is summed out, and the axes of the table that takes. */
export interface PlannedStep {
  /** The variable. */
  readonly variable: Axis;
  /** The axes of the sum of all tables that have it, its own among them. */
  readonly axes: readonly Axis[];
}

const sizeOf = (axes: readonly Axis[]): number =>
  axes.reduce((product, axis) => product * lengthIfKnown(axis.size), 1);

/**
 * Plans the order in which variables are summed out: next always the one whose sum takes the
 * smallest table. Finding the best order is NP-hard; this one is best for chains and trees.
 *
 * @param tables the axes of the tables
 * @throws Error where a table is larger than one array may be, which names the sites.
 */
export function plan(tables: readonly (readonly Axis[])[], variables: readonly Axis[]): PlannedStep[] {
  let rest = tables.map((axes) => ({ axes }));
  const left = new Set(variables), steps: PlannedStep[] = [];
  while (left.size > 0) {
    let best: PlannedStep | undefined, least = Infinity;
    for (const variable of left) {
      const axes = unionOf(rest.filter((table) => table.axes.includes(variable))), size = sizeOf(axes);
      if (!best || size < least) [best, least] = [{ variable, axes }, size];
    }
    const { variable, axes } = best!;
    checkMemory(variable, axes);
    left.delete(variable);
    steps.push(best!);
    rest = [
      ...rest.filter((table) => !table.axes.includes(variable)),
      { axes: axes.filter((axis) => axis !== variable) },
    ];
  }
  return steps;
}

function checkMemory(variable: Axis, axes: readonly Axis[]): void {
  const reason = tooLarge(axes.map(({ size }) => lengthIfKnown(size)));
  if (!reason) return;
  const together = axes.map(({ name, size }) => `"${name}" (${size})`).join(", ");
  throw new Error(
    `Cannot sum out site "${variable.name}": the cheapest order found needs a table over ${together}: ${reason}; ` +
      "cut dependencies (markov and scan declare those of chains, plates those of members), enumerate fewer sites, or take " +
      "part of a plate at a time (subsampleSize)",
  );
}
