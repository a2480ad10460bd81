import { currentGraph, forEachUse, type Value } from "../ir/graph.ts";
import { fill } from "../ops/constant.ts";
import { backprop } from "./backprop.ts";
import "./rules/mod.ts";

/**
 * Derivatives of `sum(output * cotangent)` with respect to values of the current graph; zeros where
 * there is no path.
 *
 * @param cotangent defaults to ones
 */
export function gradients(output: Value, wrt: readonly Value[], cotangent?: Value): Value[] {
  const active = new Set<Value>(wrt), { nodes } = currentGraph();
  for (const node of nodes) {
    let touched = node.inputs.some((i) => active.has(i));
    if (!touched && node.body) forEachUse(node.body, (v) => touched ||= active.has(v));
    if (touched) node.outputs.forEach((o) => active.add(o));
  }
  if (!active.has(output)) return wrt.map((w) => fill(w.shape, 0, w.dtype));
  const cotangents = backprop(
    nodes,
    new Map([[output, cotangent ?? fill(output.shape, 1, output.dtype)]]),
    active,
  );
  return wrt.map((w) => cotangents.get(w) ?? fill(w.shape, 0, w.dtype));
}
