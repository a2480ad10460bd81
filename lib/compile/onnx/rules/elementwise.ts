import type { Op } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import * as U from "../../ops/unary.ts";
import { Where } from "../../ops/where.ts";
import { intAttribute } from "../proto.ts";
import { inputs, out, written } from "./rule.ts";

function plain(op: Op, opType: string = op.name): void {
  written(op, (node, w) => void w.node(opType, inputs(node, w), out(node, w)));
}

for (
  const op of [
    B.Add,
    B.Sub,
    B.Mul,
    B.Div,
    B.Pow,
    B.Max,
    B.Min,
    B.Greater,
    B.Less,
    B.GreaterOrEqual,
    B.LessOrEqual,
    B.Equal,
    B.And,
    B.Or,
  ]
) plain(op);
for (
  const op of [
    U.Neg,
    U.Exp,
    U.Log,
    U.Sqrt,
    U.Abs,
    U.Sign,
    U.Reciprocal,
    U.Sin,
    U.Cos,
    U.Tanh,
    U.Relu,
    U.Floor,
    U.Ceil,
    U.Round,
    U.IsNaN,
    U.IsInf,
    U.Not,
    U.Identity,
  ]
) plain(op);
plain(U.StopGradient, "Identity");

written(B.Mod, (node, w) => {
  const [a, b] = inputs(node, w);
  if (node.outputs[0].dtype === "int32") return void w.node("Mod", [a, b], out(node, w));
  w.node("Sub", [a, w.node("Mul", [b, w.node("Floor", [w.node("Div", [a, b])])])], out(node, w));
});
written(U.Cast, (node, w) => {
  void w.node("Cast", inputs(node, w), out(node, w), [intAttribute("to", w.elementType(node.attrs.to))]);
});
written(U.Clip, (node, w) => {
  // As two operations, so that infinite limits and every element type work alike.
  const { lo, hi } = node.attrs, { dtype } = node.outputs[0];
  w.node(
    "Max",
    [w.node("Min", [w.name(node.inputs[0]), w.scalar(hi, dtype)]), w.scalar(lo, dtype)],
    out(node, w),
  );
});
written(Where, (node, w) => {
  const [c, a, b] = inputs(node, w);
  if (node.outputs[0].dtype !== "bool") return void w.node("Where", [c, a, b], out(node, w));
  w.node("Or", [w.node("And", [c, a]), w.node("And", [w.node("Not", [c]), b])], out(node, w));
});
