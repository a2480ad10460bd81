import { forEachUse, type Graph, makeNode, type Node, type Op } from "../ir/graph.ts";
import { replaceUses, resolver, type Value } from "../ir/graph.ts";
import { sameShape } from "../ir/size.ts";
import { Add } from "../ops/binary.ts";
import { MatMul, type MatMulAttrs } from "../ops/matmul.ts";
import { Reshape } from "../ops/shape.ts";

/** The form of a product with an addend. */
export interface GemmAttrs extends MatMulAttrs {
  /** The factor of the product (default 1). */
  readonly factor?: number;
}

/** A matrix product with an addend, `a b + c`. `c`: [columns], or the shape of the product. */
export const Gemm: Op<GemmAttrs> = { name: "Gemm" };

/**
 * Turns products that something is added to into one node each, in place: a bias, or another
 * product. A pass over all numbers less, and inside a loop a node less at every step. For engines
 * that have such a node; the last pass before lowering.
 */
export function carryAddends(graph: Graph): void {
  const uses = countUses(graph);
  const renamed = new Map<Value, Value>(), resolve = resolver(renamed);
  const dropped = new Set<Node>(), kept: Node[] = [];
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map(resolve);
    if (node.body) {
      replaceUses(node.body, resolve);
      carryAddends(node.body);
    }
    const fused = node.op === Add ? fuse(node, graph, uses) : undefined;
    if (!fused) {
      kept.push(node);
      continue;
    }
    fused.dropped.forEach((old) => dropped.add(old));
    kept.push(...fused.added);
    renamed.set(node.outputs[0], fused.value);
    uses.set(fused.value, uses.get(node.outputs[0]) ?? 1);
  }
  graph.nodes = kept.filter((node) => !dropped.has(node));
  graph.outputs = graph.outputs.map(resolve);
}

interface Fused {
  readonly value: Value;
  readonly added: Node[];
  readonly dropped: Node[];
}

function fuse(node: Node, graph: Graph, uses: Map<Value, number>): Fused | undefined {
  const [a, b] = node.inputs, [out] = node.outputs;
  // The later one of two products takes up the earlier.
  const order: [Value, Value][] = [[b, a], [a, b]];
  for (const [product, addend] of order) {
    const own = (value: Value, op: Op) =>
      value.graph === graph && value.node?.op === op && uses.get(value) === 1 ? value.node : undefined;
    if (!sameShape(product.shape, out.shape)) continue;
    const view = own(product, Reshape), inner = view ? view.inputs[0] : product;
    const matmul = own(inner, MatMul) as Node<MatMulAttrs> | undefined;
    if (!matmul || inner.dtype !== "float" || matmul.inputs.some((v) => v.shape.length !== 2)) continue;
    const [rows, columns] = inner.shape;
    if (view && !sameShape(product.shape.slice(-1), [columns])) continue;
    const fits = sameShape(addend.shape, [columns]) ||
      (!view && (sameShape(addend.shape, [rows, columns]) || sameShape(addend.shape, [1, columns])));
    if (!fits) continue;
    const { shape, dtype } = out, operands = [...matmul.inputs, addend];
    const gemm = makeNode(graph, Gemm, operands, matmul.attrs, [[inner.shape, "float"]]);
    if (!view) return { value: gemm.outputs[0], added: [gemm], dropped: [matmul] };
    const again = makeNode(graph, Reshape, [gemm.outputs[0]], { shape }, [[shape, dtype]]);
    return { value: again.outputs[0], added: [gemm, again], dropped: [matmul, view] };
  }
  return undefined;
}

function countUses(graph: Graph): Map<Value, number> {
  const uses = new Map<Value, number>();
  forEachUse(graph, (value) => uses.set(value, (uses.get(value) ?? 0) + 1));
  return uses;
}
