import type { Graph, Node, Op } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import { fillOf } from "../../ops/constant.ts";
import * as U from "../../ops/unary.ts";
import { literal } from "./expressions.ts";

/** Operations whose result jumps: they see float32 numbers in float32. */
const jumps: ReadonlySet<Op> = new Set<Op>([
  ...[B.Equal, B.Greater, B.GreaterOrEqual, B.Less, B.LessOrEqual, B.Mod],
  ...[U.Floor, U.Ceil, U.Round, U.Sign, U.IsInf, U.Cast],
]);

/**
 * Returns the nodes that see float32 numbers in float32. JavaScript computes in float64, and keeps
 * the further digits of intermediate results, which is faster and more exact: to round all of them
 * takes half as long again. What jumps sees what would be stored, so that a largest element that is
 * computed once more is the stored one. What two values depend on that are held to be equal is
 * rounded operation by operation, as in other engines: a value that was computed there is found
 * again.
 */
export function roundedNodes(graph: Graph): Set<Node> {
  const found = new Set<Node>();
  const search = ({ nodes }: Graph): void => {
    for (const node of nodes) {
      if (node.body) search(node.body);
      if (!jumps.has(node.op)) continue;
      found.add(node);
      if (node.op === B.Equal && !node.inputs.some((v) => v.constant)) addAllBehind(node, found);
    }
  };
  search(graph);
  return found;
}

function addAllBehind(node: Node, found: Set<Node>): void {
  const queue = [...node.inputs], seen = new Set<Node>();
  for (let value = queue.pop(); value; value = queue.pop()) {
    if (!value.node || value.dtype !== "float" || seen.has(value.node)) continue;
    seen.add(value.node);
    found.add(value.node);
    queue.push(...value.node.inputs, ...value.node.body?.outputs ?? []);
  }
}

const round = (text: string): string => `Math.fround(${text})`;

/** Returns the element of a rounded node from its operands' elements. */
export function rounded(
  node: Node,
  args: readonly string[],
  write: (args: readonly string[]) => string,
): string {
  const text = write(node.inputs.map((v, i) => {
    const number = fillOf(v);
    if (v.dtype !== "float") return args[i];
    return number === undefined ? round(args[i]) : literal(Math.fround(number));
  }));
  return node.outputs[0].dtype === "float" ? round(text) : text;
}
