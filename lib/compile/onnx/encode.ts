import type { Graph, Value } from "../ir/graph.ts";
import { carryAddends } from "../passes/carry_addends.ts";
import { lowerSums } from "../passes/lower_sums.ts";
import { encodeModel } from "./proto.ts";
import { rules } from "./rules/mod.ts";
import { OnnxWriter } from "./writer.ts";

/** Options of writing a graph. */
interface EncodeOptions {
  /** True if floats are float64 (default false: float32). */
  double?: boolean;
  /** The inputs of the model, with their names; others are left out. */
  inputs: readonly { value: Value; name: string }[];
  outputNames: readonly string[];
  metadata?: Record<string, string>;
}

/**
 * A graph as an ONNX model, standard operators only. The graph is changed: sums over the steps of
 * loops become carries, which ONNX has, and products take up what is added to them.
 */
export function encodeOnnx(
  graph: Graph,
  { double = false, inputs, outputNames, metadata }: EncodeOptions,
): Uint8Array {
  lowerSums(graph);
  carryAddends(graph);
  const carriers = new Map<string, { input: string; axis: number }>();
  for (const { value, name } of inputs) {
    value.shape.forEach((s, axis) => {
      if (typeof s !== "number" && s.terms.size === 1 && s.terms.get(s.key) === 1 && !carriers.has(s.key)) {
        carriers.set(s.key, { input: name, axis });
      }
    });
  }
  const writer = new OnnxWriter(double, carriers, rules);
  for (const { value, name } of inputs) writer.rename(value, name);
  const produced = new Set(graph.nodes.flatMap((n) => n.outputs)), named = new Set<Value>();
  graph.outputs.forEach((value, i) => {
    if (!produced.has(value) || named.has(value)) return;
    named.add(value);
    writer.rename(value, outputNames[i]);
  });
  const nodes = writer.write(graph);
  const output = graph.outputs.map((value, i) => {
    const name = outputNames[i];
    if (writer.name(value) !== name) {
      nodes.push({ opType: "Identity", input: [writer.name(value)], output: [name], attribute: [] });
    }
    return writer.info(name, value);
  });
  return encodeModel({
    name: "graph",
    node: [...writer.preamble, ...nodes],
    input: inputs.map(({ value, name }) => writer.info(name, value)),
    output,
    initializer: [...writer.initializers.values()],
  }, metadata);
}
