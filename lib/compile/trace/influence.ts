import type { Tensor } from "../../tensor/mod.ts";
import { currentGraph, forEachUse, type Graph, type Node, type Value } from "../ir/graph.ts";
import { Scan, type ScanAttrs } from "../ops/scan.ts";
import { StopGradient } from "../ops/unary.ts";
import { peek } from "./tensors.ts";

/**
 * The way in which a traced tensor depends on another: not at all; anyhow; or, where loops stacked
 * both, by steps: step t of the other reaches only those from t onwards, or from t backwards.
 */
export type Influence = "none" | "any" | "onwards" | "backwards";

/** Returns a value and those that it is under `stopGradient`, down to the one that was computed. */
function aliases(value: Value | undefined): Value[] {
  const found: Value[] = [];
  for (let v = value; v; v = v.node?.op === StopGradient ? v.node.inputs[0] : undefined) found.push(v);
  return found;
}

/** Returns the loop that stacked a value. */
function loopOf(value: Value | undefined): Node<ScanAttrs> | undefined {
  const made = aliases(value).at(-1), node = made?.node;
  return made && node?.op === Scan && node.outputs.indexOf(made) >= node.attrs.carries ? node : undefined;
}

/** Marks the values that depend on marked ones, in a graph and those around it. */
function spread(graph: Graph, marks: Map<Value, bigint>): void {
  if (graph.parent) spread(graph.parent, marks);
  for (const { inputs, outputs, body } of graph.nodes) {
    let bits = 0n;
    const collect = (value: Value) => void (bits |= marks.get(value) ?? 0n);
    inputs.forEach(collect);
    if (body) forEachUse(body, collect);
    if (bits) { for (const output of outputs) marks.set(output, (marks.get(output) ?? 0n) | bits); }
  }
}

/**
 * Finds how each of some traced tensors depends on each of some sources, by the operations in
 * between. What leaves the loop (or the call) that a source was made in depends on it.
 */
export function influences(tensors: readonly Tensor[], sources: readonly Tensor[]): Influence[][] {
  const marks = new Map<Value, bigint>(), stacks = sources.map((source) => aliases(peek(source)));
  stacks.forEach((values, i) => {
    for (const value of values) {
      for (const made of value.node?.body ? value.node.outputs : [value]) {
        marks.set(made, (marks.get(made) ?? 0n) | 1n << BigInt(i));
      }
    }
  });
  spread(currentGraph(), marks);
  const depends = (value: Value, i: number) => ((marks.get(value) ?? 0n) >> BigInt(i) & 1n) === 1n;
  const isByStep = (loop: Node<ScanAttrs>, i: number): boolean => {
    const source = loopOf(stacks[i][0]);
    if (!source || loop === source) return source !== undefined;
    // A step sees its own slice of the stack, and by the carry those of the steps before. In the
    // other direction these would be steps of the source that came after it.
    const { inputs, attrs, body } = loop;
    let isByStep = attrs.reverse === source.attrs.reverse &&
      inputs.every((v, k) => !depends(v, i) || k >= attrs.carries && stacks[i].includes(v));
    forEachUse(body!, (value) => void (isByStep &&= !depends(value, i)));
    return isByStep;
  };
  return tensors.map((tensor) => {
    const value = peek(tensor), loop = loopOf(value);
    return sources.map((_, i): Influence => {
      if (!value || !depends(value, i)) return "none";
      if (!loop || !isByStep(loop, i)) return "any";
      return loop.attrs.reverse ? "backwards" : "onwards";
    });
  });
}
