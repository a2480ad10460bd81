import type { Captured, Node, Op, Value } from "../../ir/graph.ts";

/**
 * Cotangents of a node's inputs from those of its outputs (undefined: none). Emits into the current
 * graph. An operation without a rule stops derivatives (comparisons, argmax, floor).
 */
type Vjp<A> = (
  node: Node<A>,
  cotangents: readonly (Value | undefined)[],
  captured: Captured,
) => (Value | undefined)[];

const rules = new Map<Op, Vjp<any>>();

/** Sets the rule of an operation. */
export function derivative<A>(op: Op<A>, rule: Vjp<A>): void {
  rules.set(op, rule);
}

/** Returns the rule of an operation; undefined where no derivative goes through it. */
export function derivativeOf(op: Op): Vjp<any> | undefined {
  return rules.get(op);
}
