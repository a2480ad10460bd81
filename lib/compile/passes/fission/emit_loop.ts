import { currentGraph, Graph, type Lifted, type Node, Value } from "../../ir/graph.ts";
import { type ScanAttrs, scanNode } from "../../ops/scan.ts";
import type { LoopBody } from "./body.ts";
import { cloneNode } from "../../lift/mod.ts";
import type { SmallLoop } from "./loops.ts";

/** A small loop that has been recorded. Stacks and sums become outputs when asked for. */
export class EmittedLoop {
  readonly #node: Node<ScanAttrs>;
  readonly #inside = new Map<Value, Value>();
  readonly #collected = new Map<string, Value>();

  /** @param lift a value that enters the loop, over all steps */
  constructor(
    private readonly body: LoopBody,
    private readonly loop: SmallLoop,
    lift: (value: Value) => Lifted,
  ) {
    const inner = new Graph(currentGraph()), { graph, scan, reverse, length } = body;
    const scanned: Value[] = [], slices = new Map<Value, Value>();
    for (const k of loop.carries) {
      this.#inside.set(graph.inputs[k], inner.input(graph.inputs[k].shape, graph.inputs[k].dtype));
    }
    const enter = (value: Value): Value => {
      if (value.graph !== graph || value.constant) return value;
      let here = this.#inside.get(value);
      if (here) return here;
      const { value: outside, stacked } = lift(value);
      here = stacked ? slices.get(outside) : outside;
      if (!here) {
        slices.set(outside, here = inner.input(value.shape, value.dtype));
        scanned.push(outside);
      }
      this.#inside.set(value, here);
      return here;
    };
    for (const node of body.nodes) {
      if (!loop.nodes.has(node)) continue;
      const copy = cloneNode(node, inner, enter);
      node.outputs.forEach((o, i) => this.#inside.set(o, copy.outputs[i]));
    }
    inner.outputs = loop.carries.map((k) => enter(graph.outputs[k]));
    const inputs = [...loop.carries.map((k) => scan.inputs[k]), ...scanned];
    this.#node = scanNode(inner, inputs, { carries: loop.carries.length, reverse, length, collect: [] });
  }

  /** Returns the last value of carry `k`. */
  last(k: number): Value {
    return this.#node.outputs[this.loop.carries.indexOf(k)];
  }

  /** Returns a value of the loop at all steps. */
  stacked(value: Value): Lifted {
    return { value: this.#collect(value, "stack", [this.body.length, ...value.shape]), stacked: true };
  }

  /** Returns the sum of a value of the loop over its steps. */
  sum(value: Value): Value {
    return this.#collect(value, "sum", value.shape);
  }

  #collect(value: Value, how: "stack" | "sum", shape: Value["shape"]): Value {
    const key = `${how} ${value.id}`;
    let output = this.#collected.get(key);
    if (!output) {
      const node = this.#node;
      output = new Value(shape, value.dtype, node.outputs[0].graph, node);
      this.#collected.set(key, output);
      node.body!.outputs.push(this.#inside.get(value)!);
      node.outputs.push(output);
      node.attrs = { ...node.attrs, collect: [...node.attrs.collect, how] };
    }
    return output;
  }
}
