import type { Node, Value } from "../../ir/graph.ts";
import { sameShape } from "../../ir/size.ts";
import { Add, Sub } from "../../ops/binary.ts";
import { MatMul } from "../../ops/matmul.ts";
import { ReduceSum } from "../../ops/reduce.ts";
import { Reshape, Transpose } from "../../ops/shape.ts";
import { Neg } from "../../ops/unary.ts";
import type { LoopBody } from "./body.ts";
import type { CostModel } from "./cost.ts";
import type { LoopPlan, SmallLoop } from "./loops.ts";
import { MinCut } from "./min_cut.ts";

/** The loops of nodes; nodes without one are computed over all steps at once. */
export type Placement = Map<Node, SmallLoop>;

/**
 * Decides which nodes stay in loops. From carry to carry there is no choice. What only follows from
 * a loop, and what only leads to it, is cut where the price is lowest: a node inside is paid for at
 * every step, a value that crosses is paid for by its size. So a product whose operands are stacked
 * anyway leaves the loop, and the mean of a large array, which is small, stays.
 *
 * @param stacked values wanted for all steps
 * @param summed values whose sum over the steps is wanted
 */
export function placeNodes(
  body: LoopBody,
  plan: LoopPlan,
  cost: CostModel,
  stacked: ReadonlySet<Value>,
  summed: ReadonlySet<Value>,
): Placement {
  const placement: Placement = new Map();
  for (const loop of plan.loops) for (const node of loop.nodes) placement.set(node, loop);
  const contracted = findContracted(body, stacked, summed);
  plan.loops.forEach((_, index) => {
    keepAfter({ body, plan, cost, index, placement }, stacked, summed, contracted);
    keepBefore({ body, plan, cost, index, placement });
  });
  return placement;
}

/** One decision: the nodes that belong to one loop. */
interface Decision {
  body: LoopBody;
  plan: LoopPlan;
  cost: CostModel;
  index: number;
  placement: Placement;
}

/** Nodes whose results only go, through linear operations, into sums over time. */
function findContracted(body: LoopBody, stacked: ReadonlySet<Value>, summed: ReadonlySet<Value>): Set<Node> {
  const contracted = new Set<Node>(), users = usersOf(body);
  const linear = new Set<unknown>([MatMul, ReduceSum, Reshape, Transpose, Neg, Add, Sub]);
  for (const node of [...body.nodes].reverse()) {
    const [output] = node.outputs, consumers = users.get(output) ?? [];
    if (!linear.has(node.op) || stacked.has(output) || !(summed.has(output) || consumers.length > 0)) {
      continue;
    }
    // Only one product can be contracted; behind it come operations that a sum passes through.
    const passes = consumers.every((c) => contracted.has(c) && c.op !== MatMul);
    const plain = (node.op !== Add && node.op !== Sub) ||
      node.inputs.every((i) => sameShape(i.shape, output.shape));
    const used = body.uses.get(output) === consumers.length + Number(summed.has(output));
    if (passes && plain && used) contracted.add(node);
  }
  return contracted;
}

function usersOf(body: LoopBody): Map<Value, Node[]> {
  const users = new Map<Value, Node[]>();
  for (const node of body.nodes) {
    for (const v of body.operands(node)) users.set(v, [...users.get(v) ?? [], node]);
  }
  return users;
}

/** Returns the last loop that a value waits for; -1 where it waits for none. */
function stageOf(body: LoopBody, plan: LoopPlan, value: Value): number {
  const needs = body.needs(value);
  return plan.loops.findLastIndex((l) => (l.mask & needs) !== 0n);
}

/** Returns those of the nodes that follow from a loop which stay in it. */
function keepAfter(
  { body, plan, cost, index, placement }: Decision,
  stacked: ReadonlySet<Value>,
  summed: ReadonlySet<Value>,
  contracted: ReadonlySet<Node>,
): void {
  const loop = plan.loops[index], cut = new MinCut();
  const vertices = new Map<Node, number>(), crossings = new Map<Value, number>();
  const carries = new Set(loop.carries.map((k) => body.graph.inputs[k]));
  const isInside = (v: Value) => carries.has(v) || (v.node !== undefined && vertices.has(v.node));
  /** Returns the vertex of the stacked form of a value that the loop may hold. */
  const crossing = (v: Value): number => {
    let vertex = crossings.get(v);
    if (vertex === undefined) {
      crossings.set(v, vertex = cut.vertex());
      cut.edge(v.node ? vertices.get(v.node)! : 0, vertex, cost.stack(v));
    }
    return vertex;
  };
  for (const node of body.nodes) {
    const operands = body.operands(node), core = loop.nodes.has(node), inside = operands.filter(isInside);
    const free = !placement.has(node) && operands.every((v) => isInside(v) || stageOf(body, plan, v) < index);
    if (!core && (!free || inside.length === 0)) {
      for (const v of inside) cut.edge(crossing(v), 1, Infinity);
      continue;
    }
    const vertex = cut.vertex();
    vertices.set(node, vertex);
    if (core) {
      cut.edge(0, vertex, Infinity);
      continue;
    }
    cut.edge(0, vertex, contracted.has(node) ? 0 : cost.outside(node, (v) => body.varies(v)));
    cut.edge(vertex, 1, cost.inside(node));
    for (const v of inside) {
      cut.edge(crossing(v), vertex, Infinity);
      if (v.node) cut.edge(vertex, vertices.get(v.node)!, Infinity);
    }
  }
  for (const v of stacked) if (isInside(v)) cut.edge(crossing(v), 1, Infinity);
  const sums = new Map<Value, number>();
  for (const v of summed) {
    if (!isInside(v)) continue;
    const vertex = cut.vertex();
    sums.set(v, vertex);
    cut.edge(0, vertex, v.node && contracted.has(v.node) ? 0 : cost.sumOutside(v));
    cut.edge(vertex, 1, cost.sumInside(v));
    cut.edge(crossing(v), vertex, Infinity);
    if (v.node) cut.edge(vertex, vertices.get(v.node)!, Infinity);
  }
  const stays = cut.solve();
  for (const [node, vertex] of vertices) {
    if (!stays[vertex]) continue;
    loop.nodes.add(node);
    placement.set(node, loop);
  }
  for (const [v, vertex] of sums) if (stays[vertex]) loop.sums.add(v);
}

/** Chooses the nodes that are computed inside a loop, rather than before it and scanned. */
function keepBefore({ body, plan, cost, index, placement }: Decision): void {
  const loop = plan.loops[index], cut = new MinCut();
  const vertices = new Map<Node, number>(), crossings = new Map<Value, number>();
  const enters = new Set<Value>();
  for (const node of loop.nodes) {
    for (const v of body.operands(node)) {
      if (body.varies(v) && !(v.node && loop.nodes.has(v.node))) enters.add(v);
    }
  }
  const candidates = new Set<Node>(), stack = [...enters];
  for (let value = stack.pop(); value; value = stack.pop()) {
    const { node } = value;
    if (!node || candidates.has(node) || placement.has(node)) continue;
    candidates.add(node);
    stack.push(...body.operands(node).filter((v) => body.varies(v)));
  }
  const crossing = (v: Value): number => {
    let vertex = crossings.get(v);
    if (vertex === undefined) {
      crossings.set(v, vertex = cut.vertex());
      cut.edge(v.node && vertices.has(v.node) ? vertices.get(v.node)! : 0, vertex, cost.enter(v));
    }
    return vertex;
  };
  for (const node of body.nodes) {
    if (!candidates.has(node)) continue;
    const vertex = cut.vertex();
    vertices.set(node, vertex);
    cut.edge(0, vertex, cost.inside(node));
    cut.edge(vertex, 1, cost.outside(node, (v) => body.varies(v)));
    for (const v of body.operands(node)) {
      if (!body.varies(v)) continue;
      cut.edge(crossing(v), vertex, Infinity);
      if (v.node && vertices.has(v.node)) cut.edge(vertex, vertices.get(v.node)!, Infinity);
    }
  }
  const carries = new Set(loop.carries.map((k) => body.graph.inputs[k]));
  for (const v of enters) if (!carries.has(v)) cut.edge(crossing(v), 1, Infinity);
  const outside = cut.solve();
  for (const [node, vertex] of vertices) if (!outside[vertex]) loop.nodes.add(node);
}
