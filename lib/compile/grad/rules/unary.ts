import type { Value } from "../../ir/graph.ts";
import { add, And, binary, div, Greater, GreaterOrEqual, LessOrEqual, mul, sub } from "../../ops/binary.ts";
import { scalar } from "../../ops/constant.ts";
import { sumTo } from "../../ops/reduce.ts";
import * as U from "../../ops/unary.ts";
import { Where, where } from "../../ops/where.ts";
import { derivative } from "./rule.ts";

const { cast, exp, neg, unary } = U;
const one = () => scalar(1), square = (x: Value) => mul(x, x), sqrt = (x: Value) => unary(U.Sqrt, x);

function single(op: U.UnaryOp, rule: (x: Value, y: Value, d: Value) => Value): void {
  derivative(op, ({ inputs: [x], outputs: [y] }, [d]) => [d && rule(x, y, d)]);
}

single(U.Neg, (_x, _y, d) => neg(d));
single(U.Exp, (_x, y, d) => mul(d, y));
single(U.Log, (x, _y, d) => div(d, x));
single(U.Expm1, (_x, y, d) => mul(d, add(y, one())));
single(U.Log1p, (x, _y, d) => div(d, add(one(), x)));
single(U.Sqrt, (_x, y, d) => div(mul(scalar(0.5), d), y));
single(U.Abs, (x, _y, d) => mul(d, unary(U.Sign, x)));
single(U.Reciprocal, (_x, y, d) => neg(mul(d, square(y))));
single(U.Sin, (x, _y, d) => mul(d, unary(U.Cos, x)));
single(U.Cos, (x, _y, d) => neg(mul(d, unary(U.Sin, x))));
single(U.Tan, (_x, y, d) => mul(d, add(one(), square(y))));
single(U.Asin, (x, _y, d) => div(d, sqrt(sub(one(), square(x)))));
single(U.Acos, (x, _y, d) => neg(div(d, sqrt(sub(one(), square(x))))));
single(U.Atan, (x, _y, d) => div(d, add(one(), square(x))));
single(U.Sinh, (x, _y, d) => mul(d, unary(U.Cosh, x)));
single(U.Cosh, (x, _y, d) => mul(d, unary(U.Sinh, x)));
single(U.Tanh, (_x, y, d) => mul(d, sub(one(), square(y))));
single(U.Asinh, (x, _y, d) => div(d, sqrt(add(square(x), one()))));
single(U.Acosh, (x, _y, d) => div(d, sqrt(sub(square(x), one()))));
single(U.Atanh, (x, _y, d) => div(d, sub(one(), square(x))));
single(U.Sigmoid, (_x, y, d) => mul(d, mul(y, sub(one(), y))));
single(U.Softplus, (x, _y, d) => mul(d, unary(U.Sigmoid, x)));
// The derivative at 0 is 0.
single(U.Relu, (_x, y, d) => where(binary(Greater, y, scalar(0)), d, scalar(0)));
single(U.Erf, (x, _y, d) => mul(d, mul(scalar(2 / Math.sqrt(Math.PI)), exp(neg(square(x))))));

derivative(U.Cast, ({ inputs: [x] }, [d]) => [x.dtype === "float" ? d : undefined]);
derivative(U.Identity, (_node, [d]) => [d]);
// 1 inside and at both ends.
derivative(U.Clip, ({ inputs: [x], attrs: { lo, hi } }, [d]) => {
  const inside = () => binary(And, binary(GreaterOrEqual, x, scalar(lo)), binary(LessOrEqual, x, scalar(hi)));
  return [d && mul(d, cast(inside(), "float"))];
});
derivative(Where, ({ inputs: [c, a, b] }, [d]) => {
  if (!d) return [];
  const zero = scalar(0);
  return [
    undefined,
    a.constant ? undefined : sumTo(where(c, d, zero), a.shape),
    b.constant ? undefined : sumTo(where(c, zero, d), b.shape),
  ];
});
