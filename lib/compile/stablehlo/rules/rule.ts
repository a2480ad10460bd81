import type { Op } from "../../ir/graph.ts";
import type { Rule } from "../writer.ts";

/** The rules by operation. */
export const rules: Map<Op, Rule> = new Map();

/** Says how an operation is written in StableHLO. */
export function written<A>(op: Op<A>, rule: Rule<A>): void {
  rules.set(op, rule);
}
