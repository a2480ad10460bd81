import type { Op } from "../../ir/graph.ts";
import type { Rule } from "../writer.ts";

/** The rules by operation. */
export const rules: Map<Op, Rule> = new Map();

/** Sets the rule of an operation. */
export function written<A>(op: Op<A>, rule: Rule<A>): void {
  rules.set(op, rule);
}
