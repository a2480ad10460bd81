import { allocate, convert } from "./engine/engine.ts";
import { jsEngine } from "./engine/js/engine.ts";
import { simplify, splitLoops } from "./passes/mod.ts";
import { readArguments } from "./program.ts";
import { trace } from "./trace/trace.ts";

/**
 * Runs a function of trees of tensors once, compiled, and returns its result with arrays in place
 * of tensors. Generated JavaScript needs no loading, so nothing is waited for; operation by
 * operation, a function with loops takes a hundred times as long.
 */
export function runAtOnce(fn: (...args: never[]) => unknown, args: readonly unknown[]): any {
  const { graph, inputs, rebuild } = trace(fn, args), options = { device: "cpu", threads: 1 } as const;
  simplify(graph);
  splitLoops(graph, jsEngine.loopCosts);
  const precision = "float32", values = inputs.map(({ value }) => value);
  const executable = jsEngine.load(graph, values, { ...options, precision });
  const fed = readArguments(args).arrays.map(({ data, shape }, i) => ({
    data: convert(data, inputs[i].dtype, precision),
    shape,
  }));
  const outputs = graph.outputs.map(({ shape, dtype }) => allocate(shape, dtype, precision, new Map()));
  executable.run(fed, outputs, new Map());
  return rebuild(outputs);
}
