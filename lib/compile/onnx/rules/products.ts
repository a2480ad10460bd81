import type { Node, Value } from "../../ir/graph.ts";
import { MatMul } from "../../ops/matmul.ts";
import { Gemm, type GemmAttrs } from "../../passes/carry_addends.ts";
import { inputs, type OnnxWriter, out, written } from "../writer.ts";

function gemm(node: Node<GemmAttrs>, w: OnnxWriter): void {
  const { transposeA, transposeB, factor } = node.attrs;
  const attributes = {
    ...{ transA: Number(transposeA), transB: Number(transposeB) },
    ...factor !== undefined && { alpha: { float: factor } },
  };
  w.node("Gemm", inputs(node, w), out(node, w), attributes);
}
written(Gemm, gemm);
written(MatMul, (node, w) => {
  const { transposeA: ta, transposeB: tb } = node.attrs, [a, b] = node.inputs;
  if (!ta && !tb) return void w.node("MatMul", inputs(node, w), out(node, w));
  if (a.dtype === "float" && a.shape.length === 2 && b.shape.length === 2) return gemm(node, w);
  // ONNX Runtime fuses the transposition into the product.
  const swapped = (value: Value, swap: boolean) => {
    if (!swap) return w.name(value);
    const rank = value.shape.length, perm = value.shape.map((_, i) => i < rank - 2 ? i : 2 * rank - 3 - i);
    return w.node("Transpose", [w.name(value)], w.fresh("swap"), { perm });
  };
  w.node("MatMul", [swapped(a, ta), swapped(b, tb)], out(node, w));
});
