import { currentGraph, emit, forEachUse, Graph, type Lifted, type Node, type Value } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { Call } from "../ops/call.ts";
import { Scan, type ScanAttrs, scanNode } from "../ops/scan.ts";
import { cloneNode } from "./clone.ts";
import { liftCall } from "./lift_call.ts";
import { liftLoop } from "./lift_loop.ts";

/** The steps of a loop, or the members of a batch, over which nodes are lifted, and what values have become. */
export interface Lifting {
  /** How many steps there are. */
  readonly length: Size;
  /** What a value has become; values from around the loop are themselves. */
  of(value: Value): Lifted;
}

/**
 * A node of a body over all its steps at once. Where nothing it uses changes from step to step, it
 * is the same node outside; where its operation cannot be lifted, a loop without carries is put
 * around it.
 */
export function liftNode(lifting: Lifting, node: Node): Lifted[] {
  const { of } = lifting;
  let varies = node.inputs.some((v) => of(v).stacked);
  if (node.body) forEachUse(node.body, (v) => varies ||= isOutside(v, node.body!) && of(v).stacked);
  if (!varies) {
    const outputs = node.body ? cloneNode(node, currentGraph(), (v) => of(v).value).outputs : emit(
      node.op,
      node.inputs.map((v) => of(v).value),
      node.attrs,
      node.outputs.map((o) => [o.shape, o.dtype]),
    );
    return outputs.map((value) => ({ value, stacked: false }));
  }
  return lifted(lifting, node).map((value) => ({ value, stacked: true }));
}

function lifted(lifting: Lifting, node: Node): Value[] {
  const { of, length } = lifting;
  if (node.op === Scan) return liftLoop(lifting, node as Node<ScanAttrs>);
  if (node.op === Call) return [liftCall(lifting, node)];
  return node.op.lift?.(node, node.inputs.map(of), length) ?? loopAround(lifting, node);
}

/** Whether a value that is used somewhere within a body comes from around it. */
export function isOutside(value: Value, body: Graph): boolean {
  for (let graph: Graph | undefined = value.graph; graph; graph = graph.parent) {
    if (graph === body) return false;
  }
  return true;
}

function loopAround({ of, length }: Lifting, node: Node): Value[] {
  const inner = new Graph(currentGraph()), scanned: Value[] = [], slices = new Map<Value, Value>();
  const copy = cloneNode(node, inner, (v) => {
    const { value, stacked } = of(v);
    if (!stacked) return value;
    let slice = slices.get(value);
    if (!slice) {
      slices.set(value, slice = inner.input(v.shape, v.dtype));
      scanned.push(value);
    }
    return slice;
  });
  inner.outputs = [...copy.outputs];
  const collect = copy.outputs.map(() => "stack" as const);
  return scanNode(inner, scanned, { carries: 0, reverse: false, length, collect }).outputs;
}
