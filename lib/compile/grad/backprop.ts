import type { Captured, Node, Op, Value } from "../ir/graph.ts";
import { add } from "../ops/binary.ts";

/**
 * Cotangents of a node's inputs from those of its outputs (undefined: none). Emits into the current
 * graph.
 */
type Vjp<A> = (
  node: Node<A>,
  cotangents: readonly (Value | undefined)[],
  captured: Captured,
) => (Value | undefined)[];

/** The rules by operation. */
export const rules: Map<Op, Vjp<any>> = new Map();

/** Sets the rule of an operation. */
export function derivative<A>(op: Op<A>, rule: Vjp<A>): void {
  rules.set(op, rule);
}

/** Says that operations have derivative 0 wherever they have one: steps, tests, places. */
export function flat(...ops: Op[]): void {
  for (const op of ops) rules.set(op, () => []);
}

/**
 * Reverse-mode differentiation of a list of nodes: each node's rule turns the cotangents of its
 * outputs into those of its inputs. Emits into the current graph; returns the cotangents of all
 * values reached.
 *
 * @param nodes in an order in which they can run
 * @param cotangents of the values differentiated; extended in place
 * @param active only values in this set get cotangents (absent: all)
 */
export function backprop(
  nodes: readonly Node[],
  cotangents: Map<Value, Value>,
  active?: ReadonlySet<Value>,
): Map<Value, Value> {
  const captured: Captured = {
    wants: (value) => !value.constant && value.dtype === "float" && (!active || active.has(value)),
    add: (value, d) => {
      if (!captured.wants(value)) return;
      const before = cotangents.get(value);
      cotangents.set(value, before ? add(before, d) : d);
    },
  };
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((o) => cotangents.has(o))) continue;
    const rule = rules.get(node.op);
    if (!rule) throw new Error(`Cannot differentiate ${node.op.name}: there is no rule for it`);
    const ds = rule(node, node.outputs.map((o) => cotangents.get(o)), captured);
    node.inputs.forEach((input, i) => ds[i] && captured.add(input, ds[i]));
  }
  return cotangents;
}
