import type { Op } from "../../ir/graph.ts";
import * as U from "../../ops/unary.ts";
import { type OnnxWriter, out, written } from "../writer.ts";

/** Writes a function that ONNX Runtime lacks, or lacks digits of, in terms of others. */
function composed(op: Op, write: (x: string, w: OnnxWriter, y: string) => unknown): void {
  written(op, (node, w) => write(w.name(node.inputs[0]), w, out(node, w)));
}
const square = (x: string, w: OnnxWriter) => w.node("Mul", [x, x]);

function expm1(x: string, w: OnnxWriter, y?: string): string {
  // Kahan: (u - 1) x / log(u) with u = e^x; u - 1 and log(u) carry the same rounding error, which
  // cancels.
  const one = w.scalar(1), u = w.node("Exp", [x]), minus = w.node("Sub", [u, one]);
  const same = w.node("Equal", [u, one]), whole = w.node("LessOrEqual", [minus, w.scalar(-1)]);
  const huge = w.node("IsInf", [u]), direct = w.node("Or", [whole, huge]);
  const safe = w.node("Where", [w.node("Or", [same, direct]), w.scalar(2), u]);
  const ratio = w.node("Div", [x, w.node("Log", [safe])]);
  return w.node("Where", [same, x, w.node("Where", [direct, minus, w.node("Mul", [minus, ratio])])], y);
}
composed(U.Expm1, expm1);
function log1p(x: string, w: OnnxWriter, y?: string): string {
  const one = w.scalar(1), u = w.node("Add", [one, x]), minus = w.node("Sub", [u, one]);
  const same = w.node("Equal", [minus, w.scalar(0)]), huge = w.node("IsInf", [u]);
  const ratio = w.node("Div", [x, w.node("Where", [w.node("Or", [same, huge]), one, minus])]);
  const kahan = w.node("Mul", [w.node("Log", [u]), w.node("Where", [huge, one, ratio])]);
  return w.node("Where", [same, x, kahan], y);
}
composed(U.Log1p, log1p);
written(U.Softplus, (node, w) => {
  // max(x, 0) + log(1 + e), e = exp(-|x|), with what 1 + e lost by rounding added back. Divided by
  // 1 + e it would be exact, but a unit in the last place at most comes of that. ONNX Runtime's own
  // operator takes three times as long, and in float64 is 0 below -37.
  const [{ node: made }] = node.inputs, isMinusAbs = made?.op === U.Neg && made.inputs[0].node?.op === U.Abs;
  const x = w.name(node.inputs[0]), one = w.scalar(1);
  const e = w.node("Exp", [isMinusAbs ? x : w.node("Neg", [w.node("Abs", [x])])]);
  const u = w.node("Add", [e, one]), excess = w.node("Sub", [w.node("Sub", [u, one]), e]);
  const logarithm = w.node("Log", [u]);
  if (isMinusAbs) return void w.node("Sub", [logarithm, excess], out(node, w));
  w.node("Add", [w.node("Relu", [x]), w.node("Sub", [logarithm, excess])], out(node, w));
});
written(U.Sigmoid, (node, w) => {
  // ONNX Runtime's own operator is 0 below -18.
  const [x] = node.inputs, mirrored = x.node?.op === U.Neg ? w.name(x.node.inputs[0]) : undefined;
  const e = w.node("Exp", [mirrored ?? w.node("Neg", [w.name(x)])]);
  w.node("Reciprocal", [w.node("Add", [e, w.scalar(1)])], out(node, w));
});
composed(U.Tan, (x, w, y) => void w.node("Div", [w.node("Sin", [x]), w.node("Cos", [x])], y));
composed(U.Sinh, (x, w, y) => {
  // Of t = expm1(|x|), for the digits of small x: (t + t / (t + 1)) / 2.
  const t = expm1(w.node("Abs", [x]), w), one = w.scalar(1), huge = w.node("IsInf", [t]);
  const ratio = w.node("Where", [huge, one, w.node("Div", [t, w.node("Add", [t, one])])]);
  const twice = w.node("Mul", [w.node("Sign", [x]), w.node("Add", [t, ratio])]);
  w.node("Mul", [w.scalar(0.5), twice], y);
});
composed(U.Cosh, (x, w, y) => {
  const twice = w.node("Add", [w.node("Exp", [x]), w.node("Exp", [w.node("Neg", [x])])]);
  w.node("Mul", [w.scalar(0.5), twice], y);
});
composed(U.Asinh, (x, w, y) => {
  // log(2 a) where a = |x| is so large that the square could overflow.
  const one = w.scalar(1), a = w.node("Abs", [x]), most = w.scalar(1e10), small = w.node("Min", [a, most]);
  const a2 = square(small, w), root = w.node("Add", [one, w.node("Sqrt", [w.node("Add", [a2, one])])]);
  const near = log1p(w.node("Add", [small, w.node("Div", [a2, root])]), w);
  const far = w.node("Add", [w.node("Log", [w.node("Max", [a, most])]), w.scalar(Math.LN2)]);
  const both = w.node("Where", [w.node("Less", [a, most]), near, far]);
  w.node("Mul", [w.node("Sign", [x]), both], y);
});
composed(U.Acosh, (x, w, y) => {
  // Of t = x - 1, for the digits near 1: log1p(t + sqrt(t) sqrt(t + 2)); log(2 x) where x is large.
  const most = w.scalar(1e10), isNear = w.node("Less", [x, most]), small = w.node("Min", [x, most]);
  const t = w.node("Sub", [small, w.scalar(1)]);
  const roots = [t, w.node("Add", [t, w.scalar(2)])].map((v) => w.node("Sqrt", [v]));
  const near = log1p(w.node("Add", [t, w.node("Mul", roots)]), w);
  const far = w.node("Add", [w.node("Log", [x]), w.scalar(Math.LN2)]);
  w.node("Where", [isNear, near, far], y);
});
composed(U.Atanh, (x, w, y) => {
  const a = w.node("Abs", [x]),
    ratio = w.node("Div", [w.node("Add", [a, a]), w.node("Sub", [w.scalar(1), a])]);
  w.node("Mul", [w.node("Mul", [w.scalar(0.5), w.node("Sign", [x])]), log1p(ratio, w)], y);
});

/** Writes atan: the reciprocal beyond 1, four halvings of the angle, then the Taylor series. */
function atan(x: string, w: OnnxWriter, y?: string): string {
  const one = w.scalar(1), a = w.node("Abs", [x]), large = w.node("Greater", [a, one]);
  let t = w.node("Where", [large, w.node("Reciprocal", [w.node("Max", [a, one])]), a]);
  for (let i = 0; i < 4; i++) {
    t = w.node("Div", [t, w.node("Add", [one, w.node("Sqrt", [w.node("Add", [one, square(t, w)])])])]);
  }
  const t2 = square(t, w);
  let series = w.scalar(1 / 21);
  for (let n = 19; n > 0; n -= 2) series = w.node("Sub", [w.scalar(1 / n), w.node("Mul", [t2, series])]);
  const angle = w.node("Mul", [w.node("Mul", [t, series]), w.scalar(16)]);
  const whole = w.node("Where", [large, w.node("Sub", [w.scalar(Math.PI / 2), angle]), angle]);
  return w.node("Mul", [w.node("Sign", [x]), whole], y);
}
const asin = (x: string, w: OnnxWriter, y?: string): string => {
  const one = w.scalar(1), root = w.node("Sqrt", [w.node("Sub", [one, square(x, w)])]);
  return w.node("Mul", [w.scalar(2), atan(w.node("Div", [x, w.node("Add", [one, root])]), w)], y);
};
const acos = (x: string, w: OnnxWriter, y: string): string => {
  // 2 atan(sqrt((1 - x) / (1 + x))): all digits near 1.
  const one = w.scalar(1), ratio = w.node("Div", [w.node("Sub", [one, x]), w.node("Add", [one, x])]);
  return w.node("Mul", [w.scalar(2), atan(w.node("Sqrt", [ratio]), w)], y);
};
for (const [op, double] of [[U.Atan, atan], [U.Asin, asin], [U.Acos, acos]] as const) {
  composed(op, (x, w, y) => void (w.double ? double(x, w, y) : w.node(op.name, [x], y)));
}
