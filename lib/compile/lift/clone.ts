import { Graph, makeNode, type Node, type Value } from "../ir/graph.ts";

/** Copies a node into a graph, whatever is there already. `of` maps each value that it uses. */
export function cloneNode(node: Node, graph: Graph, of: (value: Value) => Value): Node {
  const { op, attrs } = node,
    inputs = node.inputs.map(of),
    body = node.body && cloneGraph(node.body, graph, of);
  const copy = makeNode(graph, op, inputs, attrs, node.outputs.map((o) => [o.shape, o.dtype]), body);
  graph.nodes.push(copy);
  return copy;
}

/** Copies the body of a loop into another graph. */
function cloneGraph(source: Graph, parent: Graph, outer: (value: Value) => Value): Graph {
  const copy = new Graph(parent), made = new Map<Value, Value>();
  const of = (value: Value) => made.get(value) ?? (value.graph === source ? value : outer(value));
  for (const input of source.inputs) made.set(input, copy.input(input.shape, input.dtype));
  for (const node of source.nodes) {
    const twin = cloneNode(node, copy, of);
    node.outputs.forEach((o, i) => made.set(o, twin.outputs[i]));
  }
  copy.outputs = source.outputs.map(of);
  return copy;
}
