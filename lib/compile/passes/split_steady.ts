import { forEachUse, Graph, makeNode, type Node, replaceUses, type Value } from "../ir/graph.ts";
import { Iota } from "../ops/indexing.ts";
import { isOutside } from "../lift/mod.ts";
import { views } from "../ops/views.ts";
import { eliminateDeadCode } from "./dead_code.ts";

/** The parts of a graph: what is the same in many runs, and the rest. */
export interface SteadySplit {
  /** The graph of what is computed from steady inputs and constants alone; its outputs are kept. */
  readonly once: Graph;
  /** Its outputs as inputs of the rest. */
  readonly kept: readonly Value[];
}

/** Tells whether a node costs less than reading what it has computed. */
const isFree = ({ op }: Node): boolean => views.has(op) || op === Iota;

/** Returns the values from outside that a node uses, its body included. */
function usesOf(node: Node): Value[] {
  const used = [...node.inputs], { body } = node;
  if (body) forEachUse(body, (value) => isOutside(value, body) && used.push(value));
  return used;
}

/**
 * Takes out of a simplified graph, in place, what depends on steady inputs and constants alone.
 * Views of what is kept are looked at in either part, where they cost nothing.
 *
 * @param steady the inputs whose numbers stay the same from run to run
 */
export function splitSteady(graph: Graph, steady: ReadonlySet<Value>): SteadySplit {
  const fixed = new Set<Value>(steady), isFixed = (value: Value) => !!value.constant || fixed.has(value);
  const isSteady = new Map<Node, boolean>();
  for (const node of graph.nodes) {
    const found = usesOf(node).every(isFixed);
    isSteady.set(node, found);
    if (found) node.outputs.forEach((output) => fixed.add(output));
  }
  // From the end: what the rest uses, and the views that it looks through.
  const used = new Set<Value>(graph.outputs), again = new Set<Node>();
  for (const node of graph.nodes.toReversed()) {
    if (isSteady.get(node) && !(isFree(node) && node.outputs.some((output) => used.has(output)))) continue;
    if (isSteady.get(node)) again.add(node);
    usesOf(node).forEach((value) => used.add(value));
  }
  const once = new Graph(), replaced = new Map<Value, Value>(), kept: Value[] = [], rest: Node[] = [];
  const of = (value: Value): Value => replaced.get(value) ?? value;
  for (const node of graph.nodes) {
    if (!isSteady.get(node)) {
      rest.push(node);
      continue;
    }
    once.nodes.push(node);
    if (again.has(node)) {
      const inputs = node.inputs.map(of);
      const copy = makeNode(graph, node.op, inputs, node.attrs, node.outputs.map((o) => [o.shape, o.dtype]));
      node.outputs.forEach((output, i) => replaced.set(output, copy.outputs[i]));
      rest.push(copy);
    } else {
      for (const output of node.outputs) {
        if (!used.has(output)) continue;
        const input = graph.input(output.shape, output.dtype);
        once.outputs.push(output);
        kept.push(input);
        replaced.set(output, input);
      }
    }
  }
  graph.nodes = rest;
  replaceUses(graph, of);
  eliminateDeadCode(once);
  for (const { outputs, body } of once.nodes) {
    outputs.forEach((output) => output.graph = once);
    if (body) body.parent = once;
  }
  return { once, kept };
}
