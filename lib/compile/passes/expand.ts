import {
  composedDigamma,
  composedErf,
  composedErfc,
  composedLgamma,
  type Composer,
} from "../../tensor/special/composed.ts";
import { type Graph, type Node, type Op, replaceUses, resolver, type Value, withGraph } from "../ir/graph.ts";
import * as B from "../ops/binary.ts";
import { scalar } from "../ops/constant.ts";
import * as U from "../ops/unary.ts";
import { where } from "../ops/where.ts";

/** Puts other operations in the place of some nodes, which have one output, in place. */
export function expandNodes(
  graph: Graph,
  isExpanded: (node: Node) => boolean,
  expanded: (node: Node) => Value,
): void {
  if (!contains(graph, isExpanded)) return;
  const renamed = new Map<Value, Value>(), resolve = resolver(renamed);
  const rewrite = (current: Graph): void => {
    const nodes = current.nodes;
    // Earlier passes have dropped nodes that it may still name.
    current.memo.clear();
    current.nodes = [];
    for (const node of nodes) {
      node.inputs = node.inputs.map(resolve);
      if (node.body) rewrite(node.body);
      if (isExpanded(node)) renamed.set(node.outputs[0], withGraph(current, () => expanded(node)));
      else current.nodes.push(node);
    }
    current.outputs = current.outputs.map(resolve);
  };
  rewrite(graph);
  replaceUses(graph, resolve);
}

const contains = ({ nodes }: Graph, test: (node: Node) => boolean): boolean =>
  nodes.some((node) => test(node) || (node.body && contains(node.body, test)));

const named = {
  abs: U.Abs,
  exp: U.Exp,
  log: U.Log,
  neg: U.Neg,
  reciprocal: U.Reciprocal,
  round: U.Round,
  sign: U.Sign,
  sin: U.Sin,
  tan: U.Tan,
} as const;

const ofValues: Composer<Value> = {
  number: (value) => scalar(value),
  add: B.add,
  sub: B.sub,
  mul: B.mul,
  div: B.div,
  min: (a, b) => B.binary(B.Min, a, b),
  max: (a, b) => B.binary(B.Max, a, b),
  less: (a, b) => B.binary(B.Less, a, b),
  equal: B.equal,
  where,
  clip: U.clip,
  of: (name, x) => U.unary(named[name], x),
};

const composed: ReadonlyMap<Op, (x: Value, w: Composer<Value>) => Value> = new Map<
  Op,
  (x: Value, w: Composer<Value>) => Value
>([
  [U.Lgamma, composedLgamma],
  [U.Digamma, composedDigamma],
  [U.Erf, composedErf],
  [U.Erfc, composedErfc],
]);

/**
 * Composes special functions of arithmetic, exponentials and logarithms, in place, for engines that
 * do not have them.
 */
export function expandSpecial(graph: Graph): void {
  expandNodes(graph, ({ op }) => composed.has(op), ({ op, inputs: [x] }) => composed.get(op)!(x, ofValues));
}
