import type { Captured, Node, Value } from "../ir/graph.ts";
import { add } from "../ops/binary.ts";
import { derivativeOf } from "./rules/rule.ts";

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
    const rule = derivativeOf(node.op);
    if (!rule || !node.outputs.some((o) => cotangents.has(o))) continue;
    const ds = rule(node, node.outputs.map((o) => cotangents.get(o)), captured);
    node.inputs.forEach((input, i) => ds[i] && captured.add(input, ds[i]));
  }
  return cotangents;
}
