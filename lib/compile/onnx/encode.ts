import type { Graph, Value } from "../ir/graph.ts";
import { carryAddends } from "../passes/carry_addends.ts";
import { expandLinalg } from "../passes/expand_linalg.ts";
import { expandSpecial } from "../passes/expand.ts";
import { lowerSums } from "../passes/lower_sums.ts";
import { encodeModel } from "./proto.ts";
import "./rules/mod.ts";
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
 * A graph as an ONNX model, standard operators only. The graph is changed: factorisations become
 * products, sums over the steps of loops carries, which ONNX has, and products take up what is
 * added to them.
 */
export function encodeOnnx(
  graph: Graph,
  { double = false, inputs, outputNames, metadata }: EncodeOptions,
): Uint8Array {
  expandLinalg(graph, Infinity);
  expandSpecial(graph);
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
  const writer = new OnnxWriter(
    double,
    carriers,
    new Set([...inputs.map(({ name }) => name), ...outputNames]),
  );
  const { node, ...rest } = writer.graph("graph", graph, inputs, outputNames);
  const initializer = [...writer.initializers.values()];
  return encodeModel({ ...rest, node: [...writer.preamble, ...node], initializer }, metadata);
}
