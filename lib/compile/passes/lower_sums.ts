import { type Graph, type Node, Value, withGraph } from "../ir/graph.ts";
import { add } from "../ops/binary.ts";
import { fill } from "../ops/constant.ts";
import { Scan, type ScanAttrs } from "../ops/scan.ts";

/**
 * Turns each sum over the steps of a loop into one more carry. Engines have loops with carries and
 * stacked outputs only; fission usually leaves no sum behind, turning it into a product or a
 * reduction over all steps at once.
 */
export function lowerSums(graph: Graph): void {
  for (const node of graph.nodes) {
    if (!node.body) continue;
    lowerSums(node.body);
    if (node.op === Scan && (node as Node<ScanAttrs>).attrs.collect.includes("sum")) {
      lower(node as Node<ScanAttrs>);
    }
  }
}

function lower(node: Node<ScanAttrs>): void {
  const body = node.body!, { carries, collect } = node.attrs;
  const sums = collect.flatMap((c, i) => c === "sum" ? [carries + i] : []);
  const stacks = collect.flatMap((c, i) => c === "stack" ? [carries + i] : []);
  const totals = sums.map((i) => new Value(body.outputs[i].shape, body.outputs[i].dtype, body));
  const grown = withGraph(body, () => sums.map((i, k) => add(totals[k], body.outputs[i])));
  const zeros = withGraph(node.outputs[0].graph, () => totals.map((t) => fill(t.shape, 0, t.dtype)));
  const pick = <T>(list: T[], places: number[]) => places.map((i) => list[i]);
  body.outputs = [...body.outputs.slice(0, carries), ...grown, ...pick(body.outputs, stacks)];
  node.outputs = [...node.outputs.slice(0, carries), ...pick(node.outputs, [...sums, ...stacks])];
  body.inputs = [...body.inputs.slice(0, carries), ...totals, ...body.inputs.slice(carries)];
  node.inputs = [...node.inputs.slice(0, carries), ...zeros, ...node.inputs.slice(carries)];
  node.attrs = { ...node.attrs, carries: carries + sums.length, collect: stacks.map(() => "stack") };
}
