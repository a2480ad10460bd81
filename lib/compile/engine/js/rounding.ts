import type { Graph, Node, Op, Value } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import { fillOf } from "../../ops/constant.ts";
import * as U from "../../ops/unary.ts";
import { literal } from "./expressions.ts";

/** Operations that jump: a digit more than float32 has makes another result of them. */
const jumps: ReadonlySet<Op> = new Set<Op>([
  ...[B.Equal, B.Greater, B.GreaterOrEqual, B.Less, B.LessOrEqual, B.Mod],
  ...[U.Floor, U.Ceil, U.Round, U.Sign, U.IsInf, U.Cast],
]);

/**
 * Returns the nodes whose numbers are rounded to float32 one by one, as other engines round all of
 * theirs: comparisons and other jumps, and all that they depend on. A number that was computed once
 * and is computed again is then the same number. Elsewhere JavaScript's float64 is faster, and
 * keeps digits.
 */
export function roundedNodes(graph: Graph): Set<Node> {
  const found = new Set<Node>();
  const visit = (value: Value): void => {
    const queue = [value];
    for (let v = queue.pop(); v; v = queue.pop()) {
      const { node, dtype } = v;
      if (!node || dtype !== "float" || found.has(node)) continue;
      found.add(node);
      queue.push(...node.inputs, ...node.body?.outputs ?? []);
    }
  };
  const search = ({ nodes }: Graph): void => {
    for (const node of nodes) {
      if (node.body) search(node.body);
      if (!jumps.has(node.op) || node.inputs[0].dtype !== "float") continue;
      node.inputs.forEach(visit);
      found.add(node);
    }
  };
  search(graph);
  return found;
}

const round = (text: string): string => `Math.fround(${text})`;

/** Returns the element of a node whose numbers are rounded, and its operands' elements. */
export function rounded(
  node: Node,
  args: readonly string[],
  known: ReadonlySet<Node>,
  elementwise: ReadonlyMap<Op, unknown>,
  write: (args: readonly string[]) => string,
): string {
  const operands = node.inputs.map((v, i) => {
    if (v.dtype !== "float") return args[i];
    const number = fillOf(v);
    if (number !== undefined) return literal(Math.fround(number));
    return v.node && known.has(v.node) && elementwise.has(v.node.op) ? args[i] : round(args[i]);
  });
  const text = write(operands);
  return node.outputs[0].dtype === "float" ? round(text) : text;
}
