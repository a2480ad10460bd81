import { type Axis, type Named, type Reduction, sumOf, without } from "./named.ts";
import { plan, type PlannedStep } from "./plan.ts";

/** A variable that was summed out, and the tables that had it. */
export interface Contracted {
  /** The variable. */
  readonly variable: Axis;
  /** The tables. */
  readonly operands: readonly Named[];
}

/** Sums variables out of a product of tables, in a planned order. */
export function contract(
  tables: readonly Named[],
  variables: readonly Axis[],
  reduction: Reduction,
): { rest: readonly Named[]; contracted: readonly Contracted[]; steps: readonly PlannedStep[] } {
  const used = variables.filter((v) => tables.some(({ axes }) => axes.includes(v)));
  const steps = plan(tables.map(({ axes }) => axes), used), contracted: Contracted[] = [];
  const rest = steps.reduce((left, { variable }) => {
    const operands = left.filter(({ axes }) => axes.includes(variable));
    contracted.push({ variable, operands });
    return [
      ...left.filter((table) => !operands.includes(table)),
      without(sumOf(operands), variable, reduction),
    ];
  }, tables);
  return { rest, contracted, steps };
}
