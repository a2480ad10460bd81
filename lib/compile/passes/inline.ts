import { type Graph, type Node, replaceUses, resolver, type Value } from "../ir/graph.ts";
import { Call } from "../ops/call.ts";

/**
 * Opens every call of a primitive: its body's nodes take its place. Derivatives have been taken by
 * then, and later passes and engines see ordinary operations only.
 */
export function inlineCalls(graph: Graph): void {
  const renamed = new Map<Value, Value>(), resolve = resolver(renamed);
  const flat: Node[] = [];
  const place = (node: Node) => {
    node.inputs = node.inputs.map(resolve);
    if (node.op !== Call) {
      if (node.body) {
        inlineCalls(node.body);
        replaceUses(node.body, resolve);
      }
      for (const output of node.outputs) output.graph = graph;
      if (node.body) node.body.parent = graph;
      flat.push(node);
      return;
    }
    const arguments_ = node.inputs.filter((i) => !i.constant);
    node.body!.inputs.forEach((input, i) => renamed.set(input, arguments_[i]));
    node.body!.nodes.forEach(place);
    renamed.set(node.outputs[0], node.body!.outputs[0]);
  };
  graph.nodes.forEach(place);
  graph.nodes = flat;
  graph.outputs = graph.outputs.map(resolve);
}
