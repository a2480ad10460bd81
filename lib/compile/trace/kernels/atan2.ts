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
import { registerTraced, v } from "./register.ts";

/** The angle of a point: the half plane x > 0 directly, the others by reflection. */
function angle(y: Value, x: Value): Value {
  const zero = scalar(0), negative = B.binary(B.Less, x, zero);
  const base = U.unary(U.Atan, B.div(y, where(B.equal(x, zero), scalar(1), x)));
  const side = where(B.binary(B.Less, y, zero), scalar(-1), scalar(1));
  const left = B.add(base, B.mul(side, scalar(Math.PI)));
  const vertical = B.mul(U.unary(U.Sign, y), scalar(Math.PI / 2));
  return where(B.equal(x, zero), vertical, where(negative, left, base));
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
registerTraced("Atan2", ({ a, b }) => call(atan2, [v(a), v(b)]));
