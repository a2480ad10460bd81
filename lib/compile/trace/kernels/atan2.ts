import { type Primitive, tf } from "../../../tensor/mod.ts";
import type { Value } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import { scalar } from "../../ops/constant.ts";
import { sumTo } from "../../ops/reduce.ts";
import * as U from "../../ops/unary.ts";
import { where } from "../../ops/where.ts";
import { isTracing } from "../active.ts";
import { call } from "../primitive_call.ts";
import { tensorOf, valueOf } from "../tensors.ts";
import { float, registerTraced } from "./register.ts";

/** Returns whether numbers have the sign of -1, as -0 has. */
const isBelow = (x: Value): Value => {
  const zero = scalar(0);
  return B.binary(B.Or, B.binary(B.Less, x, zero), B.binary(B.Less, U.unary(U.Reciprocal, x), zero));
};

/** The angle of a point: the half plane x > 0 directly, the others by reflection. */
function angle(y: Value, x: Value): Value {
  const zero = scalar(0), pi = scalar(Math.PI), isVertical = B.equal(x, zero);
  const areInfinite = B.binary(B.And, U.unary(U.IsInf, x), U.unary(U.IsInf, y));
  const [up, right] = [y, x].map((v) => where(areInfinite, U.unary(U.Sign, v), v));
  const base = U.unary(U.Atan, B.div(up, where(isVertical, scalar(1), right)));
  const half = where(isBelow(y), U.neg(pi), pi), left = B.add(base, half);
  const atOrigin = where(isBelow(x), half, y), vertical = B.mul(U.unary(U.Sign, y), scalar(Math.PI / 2));
  return where(
    isVertical,
    where(B.equal(y, zero), atOrigin, vertical),
    where(B.binary(B.Less, x, zero), left, base),
  );
}

// NaN at the origin, where there is no angle.
const atan2: Primitive = {
  name: "atan2",
  forward: (y, x) => isTracing() ? tensorOf(angle(valueOf(y), valueOf(x))) : tf.atan2(y, x),
  vjp(cotangent, _output, ...inputs) {
    const [y, x] = inputs.map(valueOf), square = B.add(B.mul(x, x), B.mul(y, y));
    const d = B.div(valueOf(cotangent), square);
    return [sumTo(B.mul(d, x), y.shape), sumTo(U.neg(B.mul(d, y)), x.shape)].map(tensorOf);
  },
};
registerTraced("Atan2", ({ a, b }) => call(atan2, [float(a), float(b)]));
