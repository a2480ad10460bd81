import { currentGraph, forEachUse, Graph, withGraph } from "../ir/graph.ts";
import type { Lifted, Node, Value } from "../ir/graph.ts";
import { Scan, type ScanAttrs, scanNode } from "../ops/scan.ts";
import { stacked as stack, transpose } from "../ops/shape.ts";
import { isOutside, type Lifting, liftNodes, liftsBody } from "./lift_node.ts";

/**
 * A loop within a loop, for all steps of the outer one at once: one loop whose carries and slices
 * have the outer steps as a leading axis. What is the same for all of them stays without it.
 */
function liftLoop(lifting: Lifting, loop: Node<ScanAttrs>): Value[] {
  const { length } = lifting, body = loop.body!, { carries, collect } = loop.attrs;
  const varying = findVarying(lifting, loop);
  const inner = new Graph(currentGraph()), made = new Map<Value, Lifted>();
  const inputs = loop.inputs.map((outside, j) => {
    const input = body.inputs[j], varies = varying.has(input), now = lifting.of(outside);
    made.set(input, {
      value: inner.input(varies ? [length, ...input.shape] : input.shape, input.dtype),
      stacked: varies,
    });
    if (!varies) return now.value;
    const all = stack(now, length);
    return j < carries ? all : swapFirst(all);
  });
  withGraph(inner, () => {
    const of = (v: Value): Lifted => made.get(v) ?? lifting.of(v);
    liftNodes({ length, of }, body.nodes, made);
    inner.outputs = body.outputs.map((o, i) => {
      const now = of(o), whole = i < carries ? varying.has(body.inputs[i]) : true;
      return whole ? stack(now, length) : now.value;
    });
  });
  const result = scanNode(inner, inputs, { ...loop.attrs, collect: [...collect] });
  return result.outputs.map((o, i) => {
    if (i < carries && !varying.has(body.inputs[i])) return stack({ value: o, stacked: false }, length);
    return i < carries || collect[i - carries] === "sum" ? o : swapFirst(o);
  });
}

/** Finds the values of the inner body that differ between outer steps, to a fixed point. */
function findVarying(lifting: Lifting, { body, inputs, attrs: { carries } }: Node<ScanAttrs>): Set<Value> {
  const varying = new Set<Value>(body!.inputs.filter((_, j) => lifting.of(inputs[j]).stacked));
  const varies = (v: Value) => varying.has(v) || (isOutside(v, body!) && lifting.of(v).stacked);
  for (let size = -1; size !== varying.size;) {
    size = varying.size;
    for (const node of body!.nodes) {
      let hit = node.inputs.some(varies);
      if (node.body) forEachUse(node.body, (v) => hit ||= (isOutside(v, node.body!)) && varies(v));
      if (hit) node.outputs.forEach((o) => varying.add(o));
    }
    for (let k = 0; k < carries; k++) if (varies(body!.outputs[k])) varying.add(body!.inputs[k]);
  }
  return varying;
}

const swapFirst = (value: Value): Value => transpose(value, value.shape.map((_, i) => i < 2 ? 1 - i : i));

liftsBody(Scan, liftLoop);
