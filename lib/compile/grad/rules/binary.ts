import type { Value } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import { scalar } from "../../ops/constant.ts";
import { sumTo } from "../../ops/reduce.ts";
import { cast, log, neg } from "../../ops/unary.ts";
import { where } from "../../ops/where.ts";
import { derivative } from "./rule.ts";

const { binary, div, equal, mul, pow, sub } = B;

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
  where(equal(a, b), scalar(0.5), cast(binary(order, a, b), "float"));

pair(B.Add, (_a, _b, _out, d) => [() => d, () => d]);
pair(B.Sub, (_a, _b, _out, d) => [() => d, () => neg(d)]);
pair(B.Mul, (a, b, _out, d) => [() => mul(d, b), () => mul(d, a)]);
pair(B.Div, (_a, b, out, d) => [() => div(d, b), () => neg(mul(div(d, b), out))]);
// The derivative with respect to b at a = 0 is taken as 0, as in JAX.
pair(B.Pow, (a, b, out, d) => [
  () => mul(d, mul(b, pow(a, sub(b, scalar(1))))),
  () => mul(d, mul(out, log(where(equal(a, scalar(0)), scalar(1), a)))),
]);
pair(B.Max, (a, b, _out, d) => [() => mul(d, share(a, b, B.Greater)), () => mul(d, share(b, a, B.Greater))]);
pair(B.Min, (a, b, _out, d) => [() => mul(d, share(a, b, B.Less)), () => mul(d, share(b, a, B.Less))]);
