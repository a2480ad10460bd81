import * as B from "../../ops/binary.ts";
import { scalar } from "../../ops/constant.ts";
import * as S from "../../ops/shape.ts";
import * as U from "../../ops/unary.ts";
import { where } from "../../ops/where.ts";
import type { Value } from "../../ir/graph.ts";
import { graphType } from "../tensors.ts";
import { registerTraced, v } from "./register.ts";

// Kernels that work element by element.

const names: Readonly<Record<string, string>> = {
  ...B.tfjsNames,
  Mul: "Multiply",
  Div: "RealDiv",
  IsNaN: "IsNan",
};
for (const op of B.binaryOps) {
  registerTraced(names[op.name] ?? op.name, ({ a, b }) => B.binary(op, v(a), v(b)));
}
for (const op of U.unaryOps) registerTraced(names[op.name] ?? op.name, ({ x }) => U.unary(op, v(x)));
const { unary } = U, isPositive = (x: Value) => B.binary(B.Greater, x, scalar(0));
registerTraced("Identity", ({ x }) => v(x));
registerTraced("NotEqual", ({ a, b }) => unary(U.Not, B.equal(v(a), v(b))));
registerTraced("FloorDiv", ({ a, b }) => {
  const x = v(a), y = v(b);
  // Whole numbers have no fraction to round down: what is left over goes first.
  return x.dtype === "int32" ? B.div(B.sub(x, B.binary(B.Mod, x, y)), y) : unary(U.Floor, B.div(x, y));
});
registerTraced(
  "IsFinite",
  ({ x }) => unary(U.Not, B.binary(B.Or, unary(U.IsNaN, v(x)), unary(U.IsInf, v(x)))),
);
registerTraced("SquaredDifference", ({ a, b }) => {
  const d = B.sub(v(a), v(b));
  return B.mul(d, d);
});
registerTraced("Square", ({ x }) => B.mul(v(x), v(x)));
registerTraced("Rsqrt", ({ x }) => unary(U.Reciprocal, unary(U.Sqrt, v(x))));
registerTraced("Step", ({ x }, { alpha }) => where(isPositive(v(x)), scalar(1), scalar(alpha ?? 0)));
// Not a clip: the derivative at 6 is 0, as it is at 0.
registerTraced("Relu6", ({ x }) => {
  const six = scalar(6);
  return where(B.binary(B.GreaterOrEqual, v(x), six), six, unary(U.Relu, v(x)));
});
const leaky = (x: Value, slope: Value) => where(isPositive(x), x, B.mul(slope, x));
registerTraced("LeakyRelu", ({ x }, { alpha }) => leaky(v(x), scalar(alpha)));
registerTraced("Prelu", ({ x, alpha }) => leaky(v(x), v(alpha)));
// Not the smaller of x and 0, of whose derivative at 0 each has half.
const below = (x: Value) => unary(U.Expm1, where(isPositive(x), scalar(0), x));
registerTraced("Elu", ({ x }) => where(isPositive(v(x)), v(x), below(v(x))));
registerTraced("Selu", ({ x }) => {
  const alpha = 1.6732632423543772, scale = 1.0507009873554805;
  return B.mul(scalar(scale), where(isPositive(v(x)), v(x), B.mul(scalar(alpha), below(v(x)))));
});
registerTraced("ClipByValue", ({ x }, attrs) => U.clip(v(x), attrs.clipValueMin, attrs.clipValueMax));
registerTraced("Cast", ({ x }, { dtype }) => U.cast(v(x), graphType(dtype)));
registerTraced("Select", ({ condition, t, e }) => {
  const c = v(condition), a = v(t), missing = a.shape.length - c.shape.length;
  return where(missing ? S.reshape(c, [...c.shape, ...Array(missing).fill(1)]) : c, a, v(e));
});
registerTraced("AddN", (inputs) => Object.values(inputs).map(v).reduce(B.add));
