import { type Graph, keyOf, type Node, replaceUses, resolver, type Value } from "../ir/graph.ts";
import { Identity, StopGradient } from "../ops/unary.ts";

/**
 * Merges equal nodes, and drops nodes that only give a value another name. Tracing already merges
 * what it can see; opened calls, and identities that only mattered for differentiation, are left
 * for this pass.
 */
export function mergeCommonSubexpressions(graph: Graph): void {
  const renamed = new Map<Value, Value>(), resolve = resolver(renamed);
  const seen = new Map<string, Node>(), kept: Node[] = [];
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map(resolve);
    if (node.op === Identity || node.op === StopGradient) {
      renamed.set(node.outputs[0], node.inputs[0]);
      continue;
    }
    if (node.body) {
      replaceUses(node.body, resolve);
      mergeCommonSubexpressions(node.body);
    } else {
      const key = keyOf(node.op, node.inputs, node.attrs);
      const twin = seen.get(key);
      if (twin) {
        node.outputs.forEach((o, i) => renamed.set(o, twin.outputs[i]));
        continue;
      }
      seen.set(key, node);
    }
    kept.push(node);
  }
  graph.nodes = kept;
  graph.outputs = graph.outputs.map(resolve);
}
