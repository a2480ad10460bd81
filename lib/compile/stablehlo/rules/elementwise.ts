import type { Op } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import * as U from "../../ops/unary.ts";
import { Where } from "../../ops/where.ts";
import { type StablehloWriter, type Term, written } from "../writer.ts";

/** An operation that has the same name here, in lower case. */
function named(op: Op): [Op, string] {
  return [op, op.name.toLowerCase()];
}

const plain: [Op, string][] = [
  [B.Sub, "subtract"],
  [B.Mul, "multiply"],
  [B.Max, "maximum"],
  [B.Min, "minimum"],
  [U.Neg, "negate"],
  [U.Exp, "exponential"],
  [U.Expm1, "exponential_minus_one"],
  [U.Log1p, "log_plus_one"],
  [U.Sin, "sine"],
  [U.Cos, "cosine"],
  [U.Sigmoid, "logistic"],
  [U.Round, "round_nearest_even"],
  ...[B.Add, B.And, B.Or, U.Not, U.Log, U.Sqrt, U.Abs, U.Sign, U.Tanh].map(named),
  ...[U.Floor, U.Ceil].map(named),
];
for (const [op, name] of plain) written(op, (_node, w, x) => w.map(name, ...x));

const special = [U.Tan, U.Asin, U.Acos, U.Atan, U.Sinh, U.Cosh, U.Asinh, U.Acosh, U.Atanh].map(named);
for (const [op, name] of special) written(op, (_node, w, [x]) => w.special(name, x));

const comparisons: [Op, string][] = [
  [B.Greater, "GT"],
  [B.Less, "LT"],
  [B.GreaterOrEqual, "GE"],
  [B.LessOrEqual, "LE"],
  [B.Equal, "EQ"],
];
for (const [op, direction] of comparisons) {
  written(op, (_node, w, [a, b]) => w.compare(direction, a, b));
}

/** Returns whole numbers divided in float64, which holds all of them, and rounded down. */
function quotient(w: StablehloWriter, a: Term, b: Term): Term {
  return w.map("floor", w.map("divide", w.convert(a, "double"), w.convert(b, "double")));
}
written(B.Div, (_node, w, [a, b]) => {
  return a.dtype === "float" ? w.map("divide", a, b) : w.convert(quotient(w, a, b), "int32");
});
written(B.Pow, (_node, w, [a, b]) => {
  if (a.dtype === "float") return w.map("power", a, b);
  return w.convert(w.map("power", w.convert(a, "double"), w.convert(b, "double")), "int32");
});
written(B.Mod, (_node, w, [a, b]) => {
  if (a.dtype !== "float") {
    const whole = w.map("multiply", w.convert(b, "double"), quotient(w, a, b));
    return w.convert(w.map("subtract", w.convert(a, "double"), whole), "int32");
  }
  // The remainder of a division towards 0, moved to the side of the divisor.
  const zero = w.scalar(0),
    rest = w.map("remainder", a, b),
    moved = w.map("remainder", w.map("add", rest, b), b);
  return w.select(w.map("xor", w.compare("LT", a, zero), w.compare("LT", b, zero)), moved, rest);
});
written(U.Reciprocal, (_node, w, [x]) => w.map("divide", w.scalar(1, x.dtype), x));
written(U.Relu, (_node, w, [x]) => w.map("maximum", x, w.scalar(0, x.dtype)));
written(U.Softplus, (_node, w, [x]) => {
  const rest = w.map("log_plus_one", w.map("exponential", w.map("negate", w.map("abs", x))));
  return w.map("add", w.map("maximum", x, w.scalar(0)), rest);
});
written(U.IsNaN, (_node, w, [x]) => w.compare("NE", x, x));
written(U.IsInf, (_node, w, [x]) => w.compare("EQ", w.map("abs", x), w.scalar(Infinity)));
written(U.Cast, (node, w, [x]) => w.convert(x, node.attrs.to));
written(U.Clip, (node, w, [x]) => {
  const { lo, hi } = node.attrs;
  return w.map("maximum", w.map("minimum", x, w.scalar(hi, x.dtype)), w.scalar(lo, x.dtype));
});
written(U.Identity, (_node, _w, [x]) => x);
written(U.StopGradient, (_node, _w, [x]) => x);
written(Where, (_node, w, [c, a, b]) => w.select(c, a, b));
