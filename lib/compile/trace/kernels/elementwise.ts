import type { Tensor } from "../../../tensor/mod.ts";
import * as B from "../../ops/binary.ts";
import { fill, scalar } from "../../ops/constant.ts";
import * as S from "../../ops/shape.ts";
import * as U from "../../ops/unary.ts";
import { where } from "../../ops/where.ts";
import type { Value } from "../../ir/graph.ts";
import { alike, bool, bytes, float, float32, int32, joined, numeric } from "./register.ts";
import { registerTraced, truth, v, widest } from "./register.ts";

// Kernels that work element by element. tfjs computes in JavaScript's numbers and stores what comes
// in the type of the result: a fraction is lost where that is a whole number.

const names: Readonly<Record<string, string>> = {
  ...B.tfjsNames,
  Mul: "Multiply",
  Div: "RealDiv",
  IsNaN: "IsNan",
};
const nameOf = (op: { readonly name: string }): string => names[op.name] ?? op.name;

/** Returns what arithmetic gives in a tensor of the type of `x`: of booleans, a byte. */
const like = (x: Tensor, value: Value): Value =>
  x.dtype === "bool" && value.dtype === "int32" ? bytes(value) : value;

function arithmetic(kernel: string, compute: (a: Value, b: Value) => Value): void {
  registerTraced(kernel, ({ a, b }) => {
    const [x, y] = alike(a, b);
    return like(a, compute(x, y));
  });
}
for (const op of B.binaryOps) {
  const kernel = nameOf(op), compute = (a: Value, b: Value) => B.binary(op, a, b);
  if (op === B.And || op === B.Or) {
    registerTraced(kernel, ({ a, b }) => compute(truth(a), truth(b)), bool);
  } else if (op === B.Div || !op.takes.includes("int32")) {
    registerTraced(kernel, ({ a, b }) => compute(float(a), float(b)));
  } else if (op.boolean) {
    registerTraced(kernel, ({ a, b }) => {
      const [x, y] = alike(a, b);
      return compute(x, y);
    }, bool);
  } else arithmetic(kernel, compute);
}
arithmetic("SquaredDifference", (a, b) => {
  const d = B.sub(a, b);
  return B.mul(d, d);
});
registerTraced("NotEqual", ({ a, b }) => {
  const [x, y] = alike(a, b);
  return unary(U.Not, B.equal(x, y));
}, bool);
registerTraced("FloorDiv", ({ a, b }) => {
  const [x, y] = alike(a, b);
  return x.dtype === "int32" ? B.div(x, y) : unary(U.Floor, B.div(x, y));
}, int32);

const { cast, unary } = U, isPositive = (x: Value) => B.binary(B.Greater, x, scalar(0));
/** Kernels that leave whole numbers as they are. */
const rounding = new Set<U.UnaryOp>([U.Round, U.Floor, U.Ceil]);
for (const op of U.unaryOps) {
  const kernel = nameOf(op);
  if (op === U.Not) registerTraced(kernel, ({ x }) => unary(op, truth(x)), bool);
  else if (op.boolean) registerTraced(kernel, ({ x }) => test(op, x), bool);
  else if (rounding.has(op)) {
    registerTraced(kernel, ({ x }) => v(x).dtype === "float" ? unary(op, v(x)) : v(x));
  } else if (op === U.Relu) {
    registerTraced(kernel, ({ x }) => {
      const value = numeric(x);
      return value.dtype === "float" ? unary(op, value) : B.binary(B.Max, value, scalar(0, "int32"));
    });
  } else if (op.takes.includes("int32")) {
    // tfjs's Neg of booleans multiplies by true.
    registerTraced(kernel, ({ x }) => x.dtype === "bool" ? v(x) : unary(op, v(x)));
  } else registerTraced(kernel, ({ x }) => unary(op, float(x)), op === U.Exp ? float32 : undefined);
}

/** Returns a test of floats: whole numbers are neither infinite nor not numbers. */
function test(op: U.UnaryOp, x: Tensor): Value {
  const value = v(x);
  return value.dtype === "float" ? unary(op, value) : fill(value.shape, 0, "bool");
}
registerTraced(
  "IsFinite",
  ({ x }) => unary(U.Not, B.binary(B.Or, test(U.IsNaN, x), test(U.IsInf, x))),
  bool,
);
registerTraced("Identity", ({ x }) => v(x));
registerTraced("Square", ({ x }) => like(x, B.mul(numeric(x), numeric(x))));
registerTraced("Rsqrt", ({ x }) => unary(U.Reciprocal, unary(U.Sqrt, float(x))));
registerTraced("Step", ({ x }, { alpha }) => {
  const value = float(x), positive = where(isPositive(value), scalar(1), scalar(alpha ?? 0));
  return where(unary(U.IsNaN, value), value, positive);
});
const clip = (x: Tensor, lo: number, hi: number): Value => {
  const value = v(x), exact = value.dtype === "int32" && [lo, hi].every((n) => (n | 0) === n);
  return U.clip(exact ? value : cast(value, "float"), lo, hi);
};
// Not a clip: the derivative at 6 is 0, as it is at 0.
registerTraced("Relu6", ({ x }) => {
  const six = scalar(6), value = float(x);
  return where(B.binary(B.GreaterOrEqual, value, six), six, unary(U.Relu, value));
});
registerTraced("ClipByValue", ({ x }, attrs) => clip(x, attrs.clipValueMin, attrs.clipValueMax));
const leaky = (x: Value, slope: Value) => where(isPositive(x), x, B.mul(slope, x));
registerTraced("LeakyRelu", ({ x }, { alpha }) => leaky(float(x), scalar(alpha)), float32);
registerTraced("Prelu", ({ x, alpha }) => leaky(float(x), float(alpha)), float32);
// Not the smaller of x and 0, of whose derivative at 0 each has half.
const below = (x: Value) => unary(U.Expm1, where(isPositive(x), scalar(0), x));
registerTraced("Elu", ({ x }) => where(isPositive(float(x)), float(x), below(float(x))));
registerTraced("Selu", ({ x }) => {
  const alpha = 1.6732632423543772, scale = 1.0507009873554805, value = float(x);
  return B.mul(scalar(scale), where(isPositive(value), value, B.mul(scalar(alpha), below(value))));
});
registerTraced(
  "Cast",
  ({ x }, { dtype }) => x.dtype === dtype ? v(x) : dtype === "bool" ? truth(x) : numeric(x),
  (_inputs, { dtype }) => dtype,
);
registerTraced("Select", ({ condition, t, e }) => {
  const c = truth(condition), [a, b] = joined([t, e]), missing = a.shape.length - c.shape.length;
  return where(missing ? S.reshape(c, [...c.shape, ...Array(missing).fill(1)]) : c, a, b);
}, ({ t, e }) => widest([t, e]));
registerTraced("AddN", (inputs) => {
  const tensors: Tensor[] = Object.values(inputs);
  return like(tensors[0], alike(...tensors).reduce(B.add));
});
