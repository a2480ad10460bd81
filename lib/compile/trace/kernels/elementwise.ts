import * as B from "../../ops/binary.ts";
import { scalar } from "../../ops/constant.ts";
import * as S from "../../ops/shape.ts";
import * as U from "../../ops/unary.ts";
import { where } from "../../ops/where.ts";
import { graphType } from "../tensors.ts";
import { registerTraced, v } from "./register.ts";

// Kernels that work element by element.

/** The names of tfjs's kernels that differ from those of the operations. */
const names: Readonly<Record<string, string>> = {
  Mul: "Multiply",
  Div: "RealDiv",
  Max: "Maximum",
  Min: "Minimum",
  GreaterOrEqual: "GreaterEqual",
  LessOrEqual: "LessEqual",
  And: "LogicalAnd",
  Or: "LogicalOr",
  Not: "LogicalNot",
  IsNaN: "IsNan",
};
for (const op of B.binaryOps) {
  registerTraced(names[op.name] ?? op.name, ({ a, b }) => B.binary(op, v(a), v(b)));
}
for (const op of U.unaryOps) registerTraced(names[op.name] ?? op.name, ({ x }) => U.unary(op, v(x)));
registerTraced("Identity", ({ x }) => v(x));
registerTraced("NotEqual", ({ a, b }) => U.unary(U.Not, B.equal(v(a), v(b))));
registerTraced("FloorDiv", ({ a, b }) => {
  const x = v(a), y = v(b);
  // Whole numbers have no fraction to round down: what is left over goes first.
  return x.dtype === "int32" ? B.div(B.sub(x, B.binary(B.Mod, x, y)), y) : U.unary(U.Floor, B.div(x, y));
});
registerTraced(
  "IsFinite",
  ({ x }) => U.unary(U.Not, B.binary(B.Or, U.unary(U.IsNaN, v(x)), U.unary(U.IsInf, v(x)))),
);
registerTraced("SquaredDifference", ({ a, b }) => {
  const d = B.sub(v(a), v(b));
  return B.mul(d, d);
});
registerTraced("Square", ({ x }) => B.mul(v(x), v(x)));
registerTraced("Rsqrt", ({ x }) => U.unary(U.Reciprocal, U.unary(U.Sqrt, v(x))));
registerTraced(
  "Step",
  ({ x }, { alpha }) => where(B.binary(B.Greater, v(x), scalar(0)), scalar(1), scalar(alpha ?? 0)),
);
registerTraced("Relu6", ({ x }) => U.clip(v(x), 0, 6));
registerTraced(
  "LeakyRelu",
  ({ x }, { alpha }) => where(B.binary(B.Greater, v(x), scalar(0)), v(x), B.mul(scalar(alpha), v(x))),
);
registerTraced(
  "Elu",
  ({ x }) =>
    where(B.binary(B.Greater, v(x), scalar(0)), v(x), U.unary(U.Expm1, B.binary(B.Min, v(x), scalar(0)))),
);
registerTraced("Selu", ({ x }) => {
  const alpha = 1.6732632423543772, scale = 1.0507009873554805;
  const below = B.mul(scalar(alpha), U.unary(U.Expm1, B.binary(B.Min, v(x), scalar(0))));
  return B.mul(scalar(scale), where(B.binary(B.Greater, v(x), scalar(0)), v(x), below));
});
registerTraced(
  "Prelu",
  ({ x, alpha }) => where(B.binary(B.Greater, v(x), scalar(0)), v(x), B.mul(v(alpha), v(x))),
);
registerTraced("Atan2", ({ a, b }) => {
  // The half plane x > 0 directly; the others by reflection.
  const y = v(a), x = v(b), zero = scalar(0), negative = B.binary(B.Less, x, zero);
  const base = U.unary(U.Atan, B.div(y, where(B.equal(x, zero), scalar(1), x)));
  const side = where(B.binary(B.Less, y, zero), scalar(-1), scalar(1));
  const left = B.add(base, B.mul(side, scalar(Math.PI)));
  const vertical = B.mul(U.unary(U.Sign, y), scalar(Math.PI / 2));
  return where(B.equal(x, zero), vertical, where(negative, left, base));
});
registerTraced(
  "ClipByValue",
  ({ x }, { clipValueMin, clipValueMax }) => U.clip(v(x), clipValueMin, clipValueMax),
);
registerTraced("Cast", ({ x }, { dtype }) => U.cast(v(x), graphType(dtype)));
registerTraced("Select", ({ condition, t, e }) => {
  const c = v(condition), a = v(t);
  const rank = a.shape.length;
  return where(
    c.shape.length === rank ? c : S.reshape(c, [...c.shape, ...Array(rank - c.shape.length).fill(1)]),
    a,
    v(e),
  );
});
registerTraced(
  "AddN",
  (inputs) => (Array.isArray(inputs) ? inputs : Object.values(inputs)).map(v).reduce(B.add),
);
