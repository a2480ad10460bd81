import type { Op } from "../../../ir/graph.ts";
import type { Rule } from "../planner.ts";

/** The rules by operation. */
export const rules: Map<Op, Rule> = new Map();

/** Sets the rule of an operation. */
export function planned<A>(op: Op<A>, rule: Rule<A>): void {
  rules.set(op, rule);
}
