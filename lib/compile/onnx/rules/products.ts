import type { Value } from "../../ir/graph.ts";
import { MatMul } from "../../ops/matmul.ts";
import { Gemm } from "../../passes/carry_addends.ts";
import { intAttribute, intsAttribute } from "../proto.ts";
import { inputs, out, written } from "./rule.ts";

written(MatMul, (node, w) => {
  const { transposeA: ta, transposeB: tb } = node.attrs;
  const [a, b] = node.inputs;
  if (!ta && !tb) return void w.node("MatMul", inputs(node, w), out(node, w));
  if (a.shape.length === 2 && b.shape.length === 2) {
    return void w.node("Gemm", inputs(node, w), out(node, w), [
      intAttribute("transA", Number(ta)),
      intAttribute("transB", Number(tb)),
    ]);
  }
  // ONNX Runtime fuses the transposition into the product.
  const swapped = (value: Value, swap: boolean) => {
    const rank = value.shape.length, perm = value.shape.map((_, i) => i < rank - 2 ? i : 2 * rank - 3 - i);
    return swap
      ? w.node("Transpose", [w.name(value)], w.fresh("swap"), [intsAttribute("perm", perm)])
      : w.name(value);
  };
  w.node("MatMul", [swapped(a, ta), swapped(b, tb)], out(node, w));
});
written(Gemm, (node, w) => {
  w.node("Gemm", inputs(node, w), out(node, w), [
    intAttribute("transA", Number(node.attrs.transposeA)),
    intAttribute("transB", Number(node.attrs.transposeB)),
  ]);
});
