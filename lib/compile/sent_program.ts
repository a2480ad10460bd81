import type { Draw } from "./draws.ts";
import type { LoadOptions } from "./engine/engine.ts";
import { type DType, Graph, Value } from "./ir/graph.ts";
import type { Sizes } from "./ir/size.ts";
import type { InputSpec, Traced } from "./trace/trace.ts";

/** A loaded program as plain data, which a Worker can be sent. */
export interface SentProgram {
  /** The name of its engine. */
  readonly engine: string;
  /** The form that the engine has given its graph. */
  readonly executable: unknown;
  readonly inputs: readonly Omit<InputSpec, "value">[];
  readonly draws: readonly Draw[];
  readonly outputs: readonly { readonly shape: Sizes; readonly dtype: DType }[];
  readonly outputPaths: readonly string[];
  readonly options: LoadOptions;
}

/** Returns the plain data of a traced function as its program is called. */
export function describe(
  { inputs, graph, outputPaths }: Traced,
  draws: readonly Draw[],
): Pick<SentProgram, "inputs" | "draws" | "outputs" | "outputPaths"> {
  return {
    inputs: inputs.map(({ path, shape, dtype }) => ({ path, shape, dtype })),
    draws: draws.map(({ kind, origin, loops, shape }) => ({ kind, origin, loops, shape })),
    outputs: graph.outputs.map(({ shape, dtype }) => ({ shape, dtype })),
    outputPaths,
  };
}

/** Returns a traced function without operations, whose results have no structure. */
export function traceOf({ inputs, draws, outputs, outputPaths }: SentProgram): Traced {
  const graph = new Graph();
  graph.outputs = outputs.map(({ shape, dtype }) => new Value(shape, dtype, graph));
  return {
    graph,
    inputs: inputs.map((input) => ({ ...input, value: graph.input(input.shape, input.dtype) })),
    noise: draws.map((draw) => ({ ...draw, value: graph.input(draw.shape) })),
    outputPaths,
    rebuild: (values) => values,
  };
}
