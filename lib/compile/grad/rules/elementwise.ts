import { special } from "../../../tensor/mod.ts";
import type { Value } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import { scalar } from "../../ops/constant.ts";
import { sumTo } from "../../ops/reduce.ts";
import * as U from "../../ops/unary.ts";
import { Where, where } from "../../ops/where.ts";
import { tensorOf, valueOf } from "../../trace/tensors.ts";
import { derivative, flat } from "../backprop.ts";

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

pair(B.Add, (_a, _b, _out, d) => [() => d, () => d]);
pair(B.Sub, (_a, _b, _out, d) => [() => d, () => U.neg(d)]);
pair(B.Mul, (a, b, _out, d) => [() => B.mul(d, b), () => B.mul(d, a)]);
pair(B.Div, (_a, b, out, d) => [() => B.div(d, b), () => U.neg(B.mul(B.div(d, b), out))]);
pair(B.Mod, (a, b, _out, d) => [
  () => d,
  () => U.neg(B.mul(d, U.unary(U.Floor, B.div(a, b)))),
]);
pair(B.Pow, (a, b, out, d) => {
  const zero = scalar(0), one = scalar(1), isZero = () => B.equal(a, zero);
  return [
    // b a^(b - 1), which is 0 for b = 0, where a = 0 has a power that is infinite.
    () => {
      const base = where(B.binary(B.And, isZero(), B.equal(b, zero)), one, a);
      return B.mul(d, B.mul(b, B.pow(base, B.sub(b, one))));
    },
    // a^b log(a), whose limit at a = 0 is 0 for positive b; for b = 0 it is 0 by convention.
    () => {
      const vanishes = B.binary(B.And, isZero(), B.binary(B.GreaterOrEqual, b, zero));
      return B.mul(d, B.mul(out, U.log(where(vanishes, one, a))));
    },
  ];
});
pair(B.ItakuraSaito, (a, b, _out, d) => {
  // Not divided twice, of which XLA makes one division by a product, which can be too small.
  const slope = (by: Value) => B.mul(B.mul(d, B.div(B.sub(a, b), b)), U.unary(U.Reciprocal, by));
  return [() => slope(a), () => U.neg(slope(b))];
});
/** All of `d` where `a` is not on the far side of `b` in the given order, half of it at a tie. */
const share = (a: Value, b: Value, order: B.BinaryOp, d: Value): Value =>
  where(B.equal(a, b), B.mul(scalar(0.5), d), where(B.binary(order, b, a), scalar(0), d));
for (const [op, order] of [[B.Max, B.Greater], [B.Min, B.Less]]) {
  pair(op, (a, b, _out, d) => [() => share(a, b, order, d), () => share(b, a, order, d)]);
}

const one = () => scalar(1), square = (x: Value) => B.mul(x, x), sqrt = (x: Value) => U.unary(U.Sqrt, x);
/** 1 - x^2, with its digits close to 1. */
const complement = (x: Value) => B.mul(B.sub(one(), x), B.add(one(), x));

function single(op: U.UnaryOp, rule: (x: Value, y: Value, d: Value) => Value): void {
  derivative(op, ({ inputs: [x], outputs: [y] }, [d]) => [d && rule(x, y, d)]);
}

// Of a difference it is the other one.
single(U.Neg, (_x, _y, d) => d.node?.op === B.Sub ? B.sub(d.node.inputs[1], d.node.inputs[0]) : U.neg(d));
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
single(U.Asin, (x, _y, d) => B.div(d, sqrt(complement(x))));
single(U.Acos, (x, _y, d) => U.neg(B.div(d, sqrt(complement(x)))));
single(U.Atan, (x, _y, d) => B.div(d, B.add(one(), square(x))));
single(U.Sinh, (x, _y, d) => B.mul(d, U.unary(U.Cosh, x)));
single(U.Cosh, (x, _y, d) => B.mul(d, U.unary(U.Sinh, x)));
single(U.Tanh, (_x, y, d) => B.mul(d, B.sub(one(), square(y))));
single(U.Asinh, (x, _y, d) => B.div(d, sqrt(B.add(square(x), one()))));
single(U.Acosh, (x, _y, d) => B.div(d, sqrt(U.neg(complement(x)))));
single(U.Atanh, (x, _y, d) => B.div(d, complement(x)));
single(U.Sigmoid, (_x, y, d) => B.mul(d, B.mul(y, B.sub(one(), y))));
single(U.Softplus, (x, _y, d) => B.mul(d, U.unary(U.Sigmoid, x)));
/** 2 / sqrt(pi) e^-x^2, times a number. */
const bell = (x: Value, d: Value, by: number) =>
  B.mul(B.mul(d, U.exp(U.neg(square(x)))), scalar(by * 2 / Math.sqrt(Math.PI)));
single(U.Erf, (x, _y, d) => bell(x, d, 1));
single(U.Erfc, (x, _y, d) => bell(x, d, -1));
single(U.Lgamma, (x, _y, d) => B.mul(d, U.unary(U.Digamma, x)));
single(U.Digamma, (x, _y, d) => B.mul(d, valueOf(special.polygamma(1, tensorOf(x)))));
// The derivative at 0 is 0.
single(U.Relu, (_x, y, d) => where(B.binary(B.Greater, y, scalar(0)), d, scalar(0)));

// Steps, whose derivative is 0 wherever they have one, tests, and what is constant by definition.
flat(U.Floor, U.Ceil, U.Round, U.Sign, U.StopGradient);
flat(U.IsNaN, U.IsInf, U.Not, B.And, B.Or, B.Equal);
flat(B.Greater, B.GreaterOrEqual, B.Less, B.LessOrEqual);
// Whole numbers and booleans have no derivative: none flows through a cast to them or from them.
derivative(U.Cast, ({ inputs: [x] }, [d]) => [x.dtype === "float" ? d : undefined]);
derivative(U.Identity, (_node, [d]) => [d]);
// 1 inside, 0 at both ends and beyond, as of `torch.clamp` and `jax.lax.clamp`.
derivative(U.Clip, ({ inputs: [x], attrs: { lo, hi } }, [d]) => {
  const inside = () => B.binary(B.And, B.binary(B.Greater, x, scalar(lo)), B.binary(B.Less, x, scalar(hi)));
  return [d && where(inside(), d, scalar(0))];
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
