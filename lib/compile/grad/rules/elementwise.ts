import type { Value } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import { scalar } from "../../ops/constant.ts";
import { sumTo } from "../../ops/reduce.ts";
import * as U from "../../ops/unary.ts";
import { Where, where } from "../../ops/where.ts";
import { derivative } from "../backprop.ts";

/** Cotangents of the two operands, each made only where it is needed. */
function pair(
  op: B.BinaryOp,
  rule: (a: Value, b: Value, out: Value, d: Value) => [() => Value, () => Value],
): void {
  derivative(op, ({ inputs: [a, b], outputs: [out] }, [d]) => {
    if (!d) return [undefined, undefined];
    const [da, db] = rule(a, b, out, d);
    return [a.constant ? undefined : sumTo(da(), a.shape), b.constant ? undefined : sumTo(db(), b.shape)];
  });
}

/** 1 where `a` is beyond `b` in the given order, a half where they are equal, as in JAX. */
const share = (a: Value, b: Value, order: B.BinaryOp): Value =>
  where(B.equal(a, b), scalar(0.5), U.cast(B.binary(order, a, b), "float"));

pair(B.Add, (_a, _b, _out, d) => [() => d, () => d]);
pair(B.Sub, (_a, _b, _out, d) => [() => d, () => U.neg(d)]);
pair(B.Mul, (a, b, _out, d) => [() => B.mul(d, b), () => B.mul(d, a)]);
pair(B.Div, (_a, b, out, d) => [() => B.div(d, b), () => U.neg(B.mul(B.div(d, b), out))]);
// The derivative with respect to b at a = 0 is taken as 0, as in JAX.
pair(B.Pow, (a, b, out, d) => [
  () => B.mul(d, B.mul(b, B.pow(a, B.sub(b, scalar(1))))),
  () => B.mul(d, B.mul(out, U.log(where(B.equal(a, scalar(0)), scalar(1), a)))),
]);
for (const [op, order] of [[B.Max, B.Greater], [B.Min, B.Less]]) {
  pair(op, (a, b, _out, d) => [() => B.mul(d, share(a, b, order)), () => B.mul(d, share(b, a, order))]);
}

const one = () => scalar(1), square = (x: Value) => B.mul(x, x), sqrt = (x: Value) => U.unary(U.Sqrt, x);

function single(op: U.UnaryOp, rule: (x: Value, y: Value, d: Value) => Value): void {
  derivative(op, ({ inputs: [x], outputs: [y] }, [d]) => [d && rule(x, y, d)]);
}

single(U.Neg, (_x, _y, d) => U.neg(d));
single(U.Exp, (_x, y, d) => B.mul(d, y));
single(U.Log, (x, _y, d) => B.div(d, x));
single(U.Expm1, (_x, y, d) => B.mul(d, B.add(y, one())));
single(U.Log1p, (x, _y, d) => B.div(d, B.add(one(), x)));
single(U.Sqrt, (_x, y, d) => B.div(B.mul(scalar(0.5), d), y));
single(U.Abs, (x, _y, d) => B.mul(d, U.unary(U.Sign, x)));
single(U.Reciprocal, (_x, y, d) => U.neg(B.mul(d, square(y))));
single(U.Sin, (x, _y, d) => B.mul(d, U.unary(U.Cos, x)));
single(U.Cos, (x, _y, d) => U.neg(B.mul(d, U.unary(U.Sin, x))));
single(U.Tan, (_x, y, d) => B.mul(d, B.add(one(), square(y))));
single(U.Asin, (x, _y, d) => B.div(d, sqrt(B.sub(one(), square(x)))));
single(U.Acos, (x, _y, d) => U.neg(B.div(d, sqrt(B.sub(one(), square(x))))));
single(U.Atan, (x, _y, d) => B.div(d, B.add(one(), square(x))));
single(U.Sinh, (x, _y, d) => B.mul(d, U.unary(U.Cosh, x)));
single(U.Cosh, (x, _y, d) => B.mul(d, U.unary(U.Sinh, x)));
single(U.Tanh, (_x, y, d) => B.mul(d, B.sub(one(), square(y))));
single(U.Asinh, (x, _y, d) => B.div(d, sqrt(B.add(square(x), one()))));
single(U.Acosh, (x, _y, d) => B.div(d, sqrt(B.sub(square(x), one()))));
single(U.Atanh, (x, _y, d) => B.div(d, B.sub(one(), square(x))));
single(U.Sigmoid, (_x, y, d) => B.mul(d, B.mul(y, B.sub(one(), y))));
single(U.Softplus, (x, _y, d) => B.mul(d, U.unary(U.Sigmoid, x)));
// The derivative at 0 is 0.
single(U.Relu, (_x, y, d) => where(B.binary(B.Greater, y, scalar(0)), d, scalar(0)));
single(U.Erf, (x, _y, d) => B.mul(d, B.mul(scalar(2 / Math.sqrt(Math.PI)), U.exp(U.neg(square(x))))));

derivative(U.Cast, ({ inputs: [x] }, [d]) => [x.dtype === "float" ? d : undefined]);
derivative(U.Identity, (_node, [d]) => [d]);
// 1 inside and at both ends.
derivative(U.Clip, ({ inputs: [x], attrs: { lo, hi } }, [d]) => {
  const inside = () =>
    B.binary(B.And, B.binary(B.GreaterOrEqual, x, scalar(lo)), B.binary(B.LessOrEqual, x, scalar(hi)));
  return [d && B.mul(d, U.cast(inside(), "float"))];
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
