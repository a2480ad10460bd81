import type { Op } from "../../ir/graph.ts";
import * as U from "../../ops/unary.ts";
import type { OnnxWriter } from "../writer.ts";
import { out, rules } from "./rule.ts";

/** Functions that ONNX Runtime has for float32 only, or not at all, in terms of ones it has for both. */
function composed(op: Op, write: (x: string, w: OnnxWriter, y: string) => void): void {
  rules.set(op, (node, w) => write(w.name(node.inputs[0]), w, out(node, w)));
}
const square = (x: string, w: OnnxWriter) => w.node("Mul", [x, x]);
composed(U.Expm1, (x, w, y) => {
  // Kahan: (u - 1) x / log(u) with u = e^x; u - 1 and log(u) carry the same rounding error, which cancels.
  const one = w.scalar(1), u = w.node("Exp", [x]), minus = w.node("Sub", [u, one]);
  const same = w.node("Equal", [u, one]), whole = w.node("LessOrEqual", [minus, w.scalar(-1)]);
  const huge = w.node("IsInf", [u]), direct = w.node("Or", [whole, huge]);
  const safe = w.node("Where", [w.node("Or", [same, direct]), w.scalar(2), u]);
  const ratio = w.node("Div", [x, w.node("Log", [safe])]);
  w.node("Where", [same, x, w.node("Where", [direct, minus, w.node("Mul", [minus, ratio])])], y);
});
composed(U.Log1p, (x, w, y) => {
  const one = w.scalar(1), u = w.node("Add", [one, x]), minus = w.node("Sub", [u, one]);
  const same = w.node("Equal", [minus, w.scalar(0)]), huge = w.node("IsInf", [u]);
  const ratio = w.node("Div", [x, w.node("Where", [w.node("Or", [same, huge]), one, minus])]);
  const kahan = w.node("Mul", [w.node("Log", [u]), w.node("Where", [huge, one, ratio])]);
  w.node("Where", [same, x, kahan], y);
});
composed(U.Tan, (x, w, y) => void w.node("Div", [w.node("Sin", [x]), w.node("Cos", [x])], y));
composed(
  U.Sinh,
  (x, w, y) =>
    void w.node("Mul", [
      w.scalar(0.5),
      w.node("Sub", [w.node("Exp", [x]), w.node("Exp", [w.node("Neg", [x])])]),
    ], y),
);
composed(
  U.Cosh,
  (x, w, y) =>
    void w.node("Mul", [
      w.scalar(0.5),
      w.node("Add", [w.node("Exp", [x]), w.node("Exp", [w.node("Neg", [x])])]),
    ], y),
);
composed(U.Asinh, (x, w, y) => {
  const a = w.node("Abs", [x]), root = w.node("Sqrt", [w.node("Add", [square(a, w), w.scalar(1)])]);
  w.node("Mul", [w.node("Sign", [x]), w.node("Log", [w.node("Add", [a, root])])], y);
});
composed(
  U.Acosh,
  (x, w, y) =>
    void w.node("Log", [w.node("Add", [x, w.node("Sqrt", [w.node("Sub", [square(x, w), w.scalar(1)])])])], y),
);
composed(U.Atanh, (x, w, y) => {
  const one = w.scalar(1), ratio = w.node("Div", [w.node("Add", [one, x]), w.node("Sub", [one, x])]);
  w.node("Mul", [w.scalar(0.5), w.node("Log", [ratio])], y);
});

/** For |x| up to any size: the reciprocal beyond 1, four halvings of the angle, then the Taylor series. */
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
const acos = (x: string, w: OnnxWriter, y: string): string =>
  w.node("Sub", [w.scalar(Math.PI / 2), asin(x, w)], y);
for (const [op, double] of [[U.Atan, atan], [U.Asin, asin], [U.Acos, acos]] as const) {
  composed(op, (x, w, y) => void (w.double ? double(x, w, y) : w.node(op.name, [x], y)));
}
composed(U.Erf, (x, w, y) => {
  if (w.double) {
    throw new Error(
      "Cannot lower tf.erf in float64: ONNX Runtime computes it in float32 only. Use erf of this library, which has all digits",
    );
  }
  w.node("Erf", [x], y);
});
