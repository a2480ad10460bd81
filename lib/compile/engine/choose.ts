import type { Graph } from "../ir/graph.ts";
import type { Dims } from "../ir/size.ts";
import { estimate, type Work } from "./estimate.ts";
import type { Precision } from "./portable.ts";
import { vectorMachine } from "./wasm/machine.ts";

/**
 * Nanoseconds for a run, and for each unit of work: a node, an element, an element of a function, a
 * flop of a small product, one of a large product, a large product, an element of the operands of
 * products.
 */
interface Costs extends Work {
  readonly run: number;
}

/**
 * Measured on two cores with Deno 2.9 and ONNX Runtime 1.30, float32, of graphs of one kind of work
 * in growing sizes, two threads.
 *
 * ONNX Runtime: a run of one node 11 us; a step of a scan 0.3 to 0.5 us for each node; operations
 * on 2,000 elements in a scan 0.1 ns each, on 10,000 0.3, on 100,000 0.9; exp 1.5 to 2.8 ns an
 * element, log 2.5 to 4.5; products of 20 by 100 by 100 in a scan 45 GFlop/s, of 64 rows 75, of 256
 * by 784 by 400 150. Generated JavaScript: a run 0.5 us; operations 0.2 to 0.3 ns each; exp and log
 * 5.4 ns an element; products 4.6 GFlop/s. Vectors of WebAssembly: operations 0.04 to 0.16 ns each,
 * exp 0.65 ns, log 0.85; products of 64 rows 32 GFlop/s; larger ones by ONNX Runtime, with 10 to 20
 * us for the call. To read, write and compile them takes 10 ms: 10 us of a thousand runs.
 *
 * A step of a variational autoencoder of 0.65 million parameters takes 9.6 ms in WebAssembly and
 * 13.5 in ONNX Runtime; one of a Deep Markov Model, with 1,152 large products in loops, 240 and
 * 165; 200 steps of 50 Neural Processes 88, 211 and, in JavaScript, 317 ms.
 */
const COSTS: Record<string, Costs> = {
  onnx: { run: 11_000, nodes: 400, elements: 0.15, functions: 2.5, ...products(0.018, 0.0075) },
  js: { run: 500, nodes: 2, elements: 0.2, functions: 5.5, ...products(0.2) },
  wasm: { run: 11_000, nodes: 2.5, elements: 0.08, functions: 1, ...products(0.033, 0.0075, 20_000) },
  tfjs: { run: 1000, nodes: 15_000, elements: 3, functions: 15, ...products(1) },
  // It runs beside whoever waits for it.
  xla: { run: 0, nodes: 0, elements: 0, functions: 0, ...products(0) },
};

/**
 * Those in float64, ONNX Runtime's of one core, since chains run beside each other: exp and log of
 * 20,000 elements 86 and 110 us, five operations on as many 50 us, products of 256 by 256 0.015 ns
 * a flop, those of a matrix of 20,000 by 50 with a vector 480 us and, transposed, 740 us: it is
 * read from memory. Vectors of WebAssembly: exp and log 1.6 and 1.9 ns an element, products of 64
 * rows 17 GFlop/s. Generated JavaScript computes in float64 always. A gradient of a logistic
 * regression of 1,000 by 20 takes 18 us in JavaScript and 61 in ONNX Runtime.
 */
const DOUBLE: Partial<Record<string, Costs>> = {
  onnx: { run: 11_000, nodes: 700, elements: 0.5, functions: 5, ...products(0.015), factors: 0.4 },
  wasm: {
    ...{ run: 11_000, nodes: 2.5, elements: 0.15, functions: 2 },
    ...products(0.06, 0.016, 20_000),
    factors: 0.4,
  },
};

/** Returns the costs of products: a flop of small ones, one of large ones, a large product. */
function products(flops: number, largeFlops = flops, handed = 0) {
  return { flops, largeFlops, handed, factors: 0 };
}

/** Returns the nanoseconds of one run in an engine: right within a factor of about 2. */
export function predictedTime(work: Work, engine: string, precision: Precision = "float32"): number {
  const { run, ...costs } = precision === "float64" && DOUBLE[engine] || COSTS[engine];
  return Object.entries(costs).reduce((sum, [kind, cost]) => sum + cost * work[kind as keyof Work], run);
}

/** The engines that a graph may be given to. */
export type ChosenEngine = "js" | "wasm" | "onnx";

/**
 * The engine that runs a graph in less time by prediction: generated JavaScript for small values
 * and long loops of them, its loops in vectors for arrays of hundreds of elements and products,
 * ONNX Runtime for large arrays of few operations.
 *
 * @param isSteady whether inputs stay the same for many runs, perhaps in a Worker: engine "js" can
 * be sent there, and copies steady matrices once
 * @param usual lengths that named axes will have, as far as they are known
 */
export function chooseEngine(
  graph: Graph,
  precision: Precision = "float32",
  isSteady = false,
  usual?: Dims,
): ChosenEngine {
  const work = estimate(graph, usual);
  const names: readonly ChosenEngine[] = isSteady || !vectorMachine().hasVectors
    ? ["js", "onnx"]
    : ["js", "wasm", "onnx"];
  const times = names.map((name) => predictedTime(work, name, precision));
  return names[times.indexOf(Math.min(...times))];
}
