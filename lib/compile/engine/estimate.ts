import type { Graph, Node, Op } from "../ir/graph.ts";
import { type Dims, evaluate, type Size, sizeOf } from "../ir/size.ts";
import { Pow } from "../ops/binary.ts";
import * as L from "../ops/linalg.ts";
import { MatMul } from "../ops/matmul.ts";
import { Scan } from "../ops/scan.ts";
import * as U from "../ops/unary.ts";
import { views } from "../ops/views.ts";
import { isLargeProduct } from "./wasm/limits.ts";

/** The work of one run of a graph, loops counted as often as they turn. */
export interface Work {
  /** Nodes run. */
  readonly nodes: number;
  /** Elements computed by arithmetic, comparisons, reductions and moves. */
  readonly elements: number;
  /** Elements of exponentials, logarithms and the like. */
  readonly functions: number;
  /** Multiplications and additions of small matrix products. */
  readonly flops: number;
  /** Those of products that engine wasm hands over to ONNX Runtime. */
  readonly largeFlops: number;
  /** The number of such products. */
  readonly handed: number;
  /** Elements of the operands of matrix products. */
  readonly factors: number;
}

/** The length that named axes are taken to have. */
const USUAL = 100;

const functions = new Set<Op>([
  ...[Pow, U.Exp, U.Log, U.Expm1, U.Log1p, U.Sigmoid, U.Softplus],
  ...[U.Sin, U.Cos, U.Tan, U.Asin, U.Acos, U.Atan],
  ...[U.Sinh, U.Cosh, U.Tanh, U.Asinh, U.Acosh, U.Atanh],
]);

/**
 * Exponentials and the like of which special functions are composed, and their other operations.
 */
const composed: ReadonlyMap<Op, readonly [functions: number, others: number]> = new Map<
  Op,
  readonly [number, number]
>([
  [U.Lgamma, [3, 70]],
  [U.Digamma, [2, 65]],
  [U.Erf, [1, 70]],
  [U.Erfc, [1, 70]],
]);

/** Flops of a factorisation of n rows and m columns, in n n m. */
const factorisations: ReadonlyMap<Op, number> = new Map<Op, number>([
  [L.Cholesky, 1 / 3],
  [L.CholeskyGradient, 2 / 3],
  [L.TriangularSolve, 1],
]);

/** Nodes that stand for one row of a factorisation where engines run it by products of blocks. */
const UNROLLED = 40;

/** Estimates the work of one run from the graph alone; named axes not given count as 100 long. */
export function estimate(graph: Graph, dims?: Dims): Work {
  const length = (size: Size) => evaluate(size, { get: (name) => dims?.get(name) ?? USUAL });
  const work = { nodes: 0, elements: 0, functions: 0, flops: 0, largeFlops: 0, handed: 0, factors: 0 };
  const visit = (node: Node, times: number): void => {
    if (node.op === Scan) return node.body!.nodes.forEach((n) => visit(n, times * length(node.attrs.length)));
    work.nodes += times;
    const size = Math.max(
      ...[...node.outputs, ...node.inputs.slice(0, 1)].map((v) => length(sizeOf(v.shape))),
    );
    if (node.op === MatMul) {
      const { shape } = node.inputs[0], k = length(shape[shape.length - (node.attrs.transposeA ? 2 : 1)]);
      const result = node.outputs[0].shape.map(length), [m, n] = result.slice(-2);
      const products = times * result.slice(0, -2).reduce((product, size) => product * size, 1);
      const flops = 2 * products * m * n * k;
      work.factors += times * node.inputs.reduce((sum, v) => sum + length(sizeOf(v.shape)), 0);
      if (isLargeProduct(m, n, k)) {
        work.largeFlops += flops;
        work.handed += products;
      } else work.flops += flops;
    } else if (factorisations.has(node.op)) {
      const { shape } = node.outputs[0], [n, m] = shape.slice(-2).map(length);
      const members = times * length(sizeOf(shape.slice(0, -2)));
      work.nodes += members * UNROLLED * n;
      work.flops += members * factorisations.get(node.op)! * n * n * m;
    } else if (composed.has(node.op)) {
      const [functions, others] = composed.get(node.op)!;
      work.nodes += times * (functions + others - 1);
      work.functions += times * size * functions;
      work.elements += times * size * others;
    } else if (functions.has(node.op)) work.functions += times * size;
    else if (!views.has(node.op)) work.elements += times * size;
  };
  graph.nodes.forEach((node) => visit(node, 1));
  return work;
}
