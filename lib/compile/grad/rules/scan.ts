import {
  currentGraph,
  forEachUse,
  Graph,
  keyOf,
  replaceUses,
  resolver,
  Value,
  withGraph,
} from "../../ir/graph.ts";
import type { Captured, Node } from "../../ir/graph.ts";
import { add } from "../../ops/binary.ts";
import { fill } from "../../ops/constant.ts";
import { Scan, type ScanAttrs, scanNode } from "../../ops/scan.ts";
import { backprop, derivative } from "../backprop.ts";

/**
 * The derivative of a loop is a loop the other way round. Its carries are the cotangents of the
 * forward carries; it scans the cotangents of what the forward loop stacked, and every forward
 * value its body needs, which the forward loop then stacks too. Cotangents of captured values are
 * summed over the steps.
 *
 * More may be generated than anyone uses: fission works backwards from what is wanted, and the rest
 * vanishes.
 */
function scanVjp(
  node: Node<ScanAttrs>,
  ds: readonly (Value | undefined)[],
  captured: Captured,
): (Value | undefined)[] {
  const forward = node.body!, { carries, reverse, length, collect } = node.attrs;
  // What the body captures lies around the forward loop; for a loop within a loop, that is not
  // around the backward one.
  const outer = currentGraph(), around = forward.parent!, backward = new Graph(outer);
  const cotangents = new Map<Value, Value>();
  const seed = (value: Value, d: Value) => {
    if (value.constant || value.dtype !== "float") return;
    const before = cotangents.get(value);
    cotangents.set(value, before ? withGraph(backward, () => add(before, d)) : d);
  };
  const old = forward.inputs.slice(0, carries);
  old.forEach((x, k) => seed(forward.outputs[k], backward.input(x.shape, x.dtype)));
  const scanned: Value[] = [];
  ds.slice(carries).forEach((d, i) => {
    const output = forward.outputs[carries + i];
    if (!d || output.dtype !== "float") return;
    if (collect[i] === "sum") return seed(output, d);
    scanned.push(d);
    seed(output, backward.input(output.shape, output.dtype));
  });
  withGraph(backward, () => backprop(forward.nodes, cotangents));

  const outputs = old.map((x) => cotangents.get(x) ?? fill(x.shape, 0, x.dtype));
  const kinds: ("stack" | "sum")[] = [], receivers: ((d: Value) => void)[] = [];
  const result: (Value | undefined)[] = Array(node.inputs.length).fill(undefined);
  for (let j = carries; j < forward.inputs.length; j++) {
    const d = cotangents.get(forward.inputs[j]);
    if (!d || !captured.wants(node.inputs[j])) continue;
    outputs.push(d);
    kinds.push("stack");
    receivers.push((whole) => result[j] = whole);
  }
  for (const [value, d] of cotangents) {
    if (
      value.graph === forward || value.graph === backward || !around.sees(value.graph) ||
      !captured.wants(value)
    ) continue;
    outputs.push(d);
    kinds.push("sum");
    receivers.push((total) => captured.add(value, total));
  }
  backward.outputs = outputs;
  mergeWithResiduals(forward, backward);
  takeResiduals(node, backward, scanned);

  const initial = old.map((x, k) => ds[k] ?? fill(x.shape, 0, x.dtype));
  const attrs = { carries, reverse: !reverse, length, collect: kinds };
  const loop = scanNode(backward, [...initial, ...scanned], attrs);
  for (let k = 0; k < carries; k++) if (node.inputs[k].dtype === "float") result[k] = loop.outputs[k];
  receivers.forEach((receive, i) => receive(loop.outputs[carries + i]));
  return result;
}

/**
 * Drops nodes of the backward body that compute what it takes from the forward body anyway: the
 * slope of a softplus is a sigmoid that a gate may have made already.
 */
function mergeWithResiduals(forward: Graph, backward: Graph): void {
  const residuals = new Set<Value>(), twins = new Map<string, Value>(), renamed = new Map<Value, Value>();
  forEachUse(backward, (value) => residuals.add(value));
  for (const { op, inputs, attrs, outputs } of forward.nodes) {
    if (outputs.length === 1 && residuals.has(outputs[0])) twins.set(keyOf(op, inputs, attrs), outputs[0]);
  }
  const resolve = resolver(renamed);
  backward.nodes = backward.nodes.filter(({ op, inputs, attrs, outputs, body }) => {
    const twin = body ? undefined : twins.get(keyOf(op, inputs.map(resolve), attrs));
    if (twin) renamed.set(outputs[0], twin);
    return !twin;
  });
  replaceUses(backward, resolve);
}

/** Stacks each value of the forward body that the backward body uses, and scans it there. */
function takeResiduals(node: Node<ScanAttrs>, backward: Graph, scanned: Value[]): void {
  const forward = node.body!, { carries, collect, length } = node.attrs;
  const inputs = new Map<Value, Value>();
  replaceUses(backward, (value) => {
    if (value.graph !== forward) return value;
    let input = inputs.get(value);
    if (input) return input;
    inputs.set(value, input = backward.input(value.shape, value.dtype));
    const j = forward.inputs.indexOf(value);
    if (j >= carries) scanned.push(node.inputs[j]);
    else {
      const isStack = (i: number) => i >= carries && collect[i - carries] === "stack";
      let k = forward.outputs.findIndex((o, i) => o === value && isStack(i));
      if (k < 0) {
        k = forward.outputs.push(value) - 1;
        collect.push("stack");
        const around = node.outputs[0]?.graph ?? currentGraph();
        node.outputs.push(new Value([length, ...value.shape], value.dtype, around, node));
      }
      scanned.push(node.outputs[k]);
    }
    return input;
  });
}

derivative(Scan, scanVjp);
