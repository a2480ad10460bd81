import type { Node, Value } from "../../ir/graph.ts";
import { binary, div, Greater, Less } from "../../ops/binary.ts";
import { scalar } from "../../ops/constant.ts";
import { type ReduceAttrs, ReduceMax, ReduceMin, ReduceSum, sum } from "../../ops/reduce.ts";
import { expand, reshape } from "../../ops/shape.ts";
import { IsNaN, unary } from "../../ops/unary.ts";
import { where } from "../../ops/where.ts";
import { derivative } from "../backprop.ts";

/** Returns a reduced value spread over what it was reduced from. */
function spread({ inputs: [x], attrs: { axes } }: Node<ReduceAttrs>, value: Value): Value {
  return expand(reshape(value, x.shape.map((s, i) => axes.includes(i) ? 1 : s)), x.shape);
}

derivative(ReduceSum, (node, [d]) => [d && spread(node, d)]);

// The cotangent goes to the extreme elements, in equal parts where there are several; NaN where one
// is NaN. As in JAX and PyTorch's `amax`.
for (const [op, beyond] of [[ReduceMax, Less], [ReduceMin, Greater]] as const) {
  derivative(op, (node, [d]) => {
    if (!d) return [undefined];
    const { inputs: [x], outputs: [out], attrs: { axes } } = node;
    const isOther = binary(beyond, x, spread(node, out)), zero = scalar(0);
    const part = div(d, sum(where(isOther, zero, scalar(1)), axes));
    return [where(isOther, zero, spread(node, where(unary(IsNaN, out), scalar(NaN), part)))];
  });
}
