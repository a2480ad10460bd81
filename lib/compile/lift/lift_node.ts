import { currentGraph, emit, forEachUse, Graph } from "../ir/graph.ts";
import type { Lifted, Node, Op, Value } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { scanNode } from "../ops/scan.ts";
import { stacked } from "../ops/shape.ts";
import { eliminateDeadCode } from "../passes/dead_code.ts";
import { cloneNode } from "./clone.ts";

/** The steps or batch members over which nodes are lifted, and the lifted values. */
export interface Lifting {
  /** Number of steps. */
  readonly length: Size;
  /** Returns the lifted form of a value; values from around the loop stay themselves. */
  of(value: Value): Lifted;
}

/** Lifts a node with a body, which may use values of the body around it. */
type Rule<A> = (lifting: Lifting, node: Node<A>) => Value[];

const rules = new Map<Op, Rule<any>>();

/** Says how an operation with a body is lifted; the others say it themselves. */
export function liftsBody<A>(op: Op<A>, rule: Rule<A>): void {
  rules.set(op, rule);
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
  const results = rules.get(node.op)?.(lifting, node) ??
    node.op.lift?.(node, node.inputs.map(of), lifting.length) ?? loopAround(lifting, node);
  return results.map((value) => ({ value, stacked: true }));
}

/** Lifts nodes one after the other; `made` holds what their values have become. */
export function liftNodes(lifting: Lifting, nodes: readonly Node[], made: Map<Value, Lifted>): void {
  for (const node of nodes) {
    const results = liftNode(lifting, node);
    node.outputs.forEach((output, i) => made.set(output, results[i]));
  }
}

/**
 * A body for all members of a batch at once, recorded in the current graph.
 *
 * @param inputs what the body's inputs have become
 * @returns the body's outputs, each with a leading axis of that length
 */
export function liftGraph(body: Graph, inputs: ReadonlyMap<Value, Lifted>, length: Size): Value[] {
  const made = new Map(inputs);
  const of = (value: Value): Lifted => made.get(value) ?? { value, stacked: false };
  eliminateDeadCode(body);
  liftNodes({ length, of }, body.nodes, made);
  return body.outputs.map((output) => stacked(of(output), length));
}

/** Returns whether a value that is used somewhere within a body comes from around it. */
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
