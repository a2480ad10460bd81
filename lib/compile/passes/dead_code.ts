import { forEachUse, type Graph, type Node, type Value } from "../ir/graph.ts";
import { Scan, type ScanAttrs } from "../ops/scan.ts";

/**
 * Removes every node whose results nobody uses, and from loops the collected outputs and scanned
 * inputs nobody uses. Reason: derivative rules generate more than is asked for; a DMM step has a
 * third of its nodes left after this pass.
 */
export function eliminateDeadCode(graph: Graph): void {
  const needed = new Set<Value>(graph.outputs);
  const kept: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((o) => needed.has(o))) continue;
    if (node.op === Scan) pruneLoop(node as Node<ScanAttrs>, needed);
    kept.push(node);
    node.inputs.forEach((i) => needed.add(i));
    if (node.body) forEachUse(node.body, (v) => needed.add(v));
  }
  graph.nodes = kept.reverse();
}

function pruneLoop(node: Node<ScanAttrs>, needed: ReadonlySet<Value>): void {
  const { carries, collect } = node.attrs, body = node.body!;
  const stays = node.outputs.map((o, i) => i < carries || needed.has(o));
  if (stays.includes(false)) {
    node.outputs = node.outputs.filter((_, i) => stays[i]);
    body.outputs = body.outputs.filter((_, i) => stays[i]);
    node.attrs = { ...node.attrs, collect: collect.filter((_, i) => stays[carries + i]) };
  }
  eliminateDeadCode(body);
  const used = new Set<Value>();
  forEachUse(body, (v) => used.add(v));
  // One scanned input stays in any case: it gives the loop its length.
  const scanned = body.inputs.map((input, j) => j < carries || used.has(input));
  if (!scanned.some((s, j) => s && j >= carries)) scanned[carries] = true;
  node.inputs = node.inputs.filter((_, j) => scanned[j]);
  body.inputs = body.inputs.filter((_, j) => scanned[j]);
}
