import type { Dims } from "../ir/size.ts";
import type { Graph, Value } from "../ir/graph.ts";
import { expandLinalg } from "../passes/expand_linalg.ts";
import { expandSpecial } from "../passes/expand.ts";
import "./rules/mod.ts";
import { StablehloWriter, type Term } from "./writer.ts";

/** Options of writing a graph. */
interface StablehloOptions {
  /** True if floats are float64 (default false: float32). */
  double?: boolean;
  /** The parameters of the module, in order: inputs of the graph. */
  inputs: readonly Value[];
  /** The lengths of the symbolic axes: a module has static shapes. */
  dims?: Dims;
}

/**
 * Returns a graph, whose factorisations become products, as the text of a StableHLO module with one
 * function `main`. Throws, naming the
 * operation, where one cannot be written.
 */
export function encodeStablehlo(
  graph: Graph,
  { double = false, inputs, dims = new Map() }: StablehloOptions,
): string {
  expandLinalg(graph, Infinity);
  expandSpecial(graph);
  const writer = new StablehloWriter(double, dims);
  const parameters = inputs.map((value, i): Term => {
    const term = { name: `%arg${i}`, shape: writer.shape(value.shape), dtype: value.dtype };
    writer.define(value, term);
    return term;
  });
  let results: Term[] = [];
  const lines = writer.block(() => {
    writer.nodes(graph);
    results = graph.outputs.map((value) => writer.get(value));
  });
  const types = results.map((t) => writer.type(t)).join(", ");
  return [
    "module @program {",
    `func.func public @main(${
      parameters.map((t) => `${t.name}: ${writer.type(t)}`).join(", ")
    }) -> (${types}) {`,
    ...lines,
    `return ${results.map((t) => t.name).join(", ")}${results.length ? ` : ${types}` : ""}`,
    "}",
    "}",
    "",
  ].join("\n");
}
