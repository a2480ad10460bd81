import type { Op } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import * as U from "../../ops/unary.ts";
import { Where } from "../../ops/where.ts";
import { inputs, out, written } from "../writer.ts";

/** Operations that ONNX has too, under the same names. */
function plain(...ops: readonly Op[]): void {
  for (const op of ops) written(op, (node, w) => void w.node(op.name, inputs(node, w), out(node, w)));
}
plain(B.Add, B.Sub, B.Mul, B.Max, B.Min, B.And, B.Or, U.Not);
plain(B.Greater, B.Less, B.GreaterOrEqual, B.LessOrEqual, B.Equal, U.IsNaN, U.IsInf);
plain(U.Neg, U.Abs, U.Sign, U.Relu, U.Reciprocal, U.Floor, U.Ceil, U.Round, U.Identity);
plain(U.Exp, U.Log, U.Sqrt, U.Sin, U.Cos, U.Tanh);
written(U.StopGradient, (node, w) => void w.node("Identity", inputs(node, w), out(node, w)));

written(U.Clip, (node, w) => {
  // As two operations, so that infinite limits and every element type work alike.
  const { lo, hi } = node.attrs, { dtype } = node.outputs[0];
  const below = w.node("Min", [w.name(node.inputs[0]), w.scalar(hi, dtype)]);
  w.node("Max", [below, w.scalar(lo, dtype)], out(node, w));
});
written(Where, (node, w) => {
  const [c, a, b] = inputs(node, w);
  if (node.outputs[0].dtype !== "bool") return void w.node("Where", [c, a, b], out(node, w));
  w.node("Or", [w.node("And", [c, a]), w.node("And", [w.node("Not", [c]), b])], out(node, w));
});
