import type { Graph } from "../ir/graph.ts";
import { estimate, type Work } from "./estimate.ts";
import type { Precision } from "./portable.ts";

/**
 * Nanoseconds for a run, a node, an element, an element of a function, a flop of a product, an
 * element of its operands.
 */
interface Costs extends Work {
  readonly run: number;
}

/**
 * Measured on two cores with Deno 2.9 and ONNX Runtime 1.30, float32, of graphs of one kind of work
 * in growing sizes.
 *
 * ONNX Runtime: a run of one node 11 us; a step of a scan 0.3 us (scalars) to 0.8 us (a product)
 * for each node; four passes over 100,000 elements 73 us; exp and sigmoid of as many 122 us;
 * products of 64 to 256 rows within a scan 80 to 130 GFlop/s. Generated JavaScript: a run 0.5 us;
 * five fused operations 0.83 ns an element; exp and sigmoid 5 ns an element, other functions 10 ns;
 * products 4.9 GFlop/s. Vectors of WebAssembly: exp and sigmoid 1.3 and 1.7 ns an element, sums of
 * two arrays 0.5, products of 32 rows 21 GFlop/s, of 128 rows 36.
 *
 * Both take equally long: alone, for products of 32 by 32 (13 us), for exp and sigmoid of 1,200
 * elements each (13 us), for sums of simple expressions over some 60,000 elements (50 us); within a
 * loop, for a product and tanh of 12 by 12 (1.6 us). A training step of 5 parameters and 170 points
 * takes 1.2 us in JavaScript, 30 to 40 us in ONNX Runtime.
 */
const COSTS: Record<string, Costs> = {
  onnx: { run: 11_000, nodes: 500, elements: 0.15, functions: 0.5, flops: 0.011, factors: 0 },
  js: { run: 500, nodes: 2, elements: 0.2, functions: 7, flops: 0.2, factors: 0 },
  wasm: { run: 1000, nodes: 5, elements: 0.1, functions: 1.6, flops: 0.03, factors: 0 },
  tfjs: { run: 1000, nodes: 15_000, elements: 3, functions: 15, flops: 1, factors: 0 },
  // It runs beside whoever waits for it.
  xla: { run: 0, nodes: 0, elements: 0, functions: 0, flops: 0, factors: 0 },
};

/**
 * ONNX Runtime's in float64, of one core, since chains run beside each other: exp and log of 20,000
 * elements 86 and 110 us, five operations on as many 50 us, products of 256 by 256 0.015 ns a flop,
 * those of a matrix of 20,000 by 50 with a vector 480 us and, transposed, 740 us: it is read from
 * memory. Generated JavaScript computes in float64 always. A gradient of a logistic regression of
 * 1,000 by 20 takes 18 us in JavaScript and 61 in ONNX Runtime.
 */
const DOUBLE: Costs = { run: 11_000, nodes: 700, elements: 0.5, functions: 5, flops: 0.015, factors: 0.4 };

/** Returns the nanoseconds of one run in an engine: right within a factor of about 2. */
export function predictedTime(work: Work, engine: string, precision: Precision = "float32"): number {
  const cost = precision === "float64" && engine === "onnx" ? DOUBLE : COSTS[engine];
  return cost.run + cost.nodes * work.nodes + cost.elements * work.elements +
    cost.functions * work.functions + cost.flops * work.flops + cost.factors * work.factors;
}

/**
 * The engine that runs a graph in less time by prediction: generated JavaScript for small values
 * and long loops of them, ONNX Runtime for large arrays of functions and for matrix products of
 * more than about 12 rows (in loops) or 32 (alone).
 */
export function chooseEngine(graph: Graph, precision: Precision = "float32"): "js" | "onnx" {
  const work = estimate(graph);
  return predictedTime(work, "js", precision) <= predictedTime(work, "onnx", precision) ? "js" : "onnx";
}
