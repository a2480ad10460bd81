import type { Op } from "../../../ir/graph.ts";
import type { Rule } from "../planner.ts";

/** How each operation is planned. */
export const rules: Map<Op, Rule> = new Map();

/** Says how an operation is planned. */
export function planned<A>(op: Op<A>, rule: Rule<A>): void {
  rules.set(op, rule);
}
