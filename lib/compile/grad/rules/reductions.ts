import type { Node, Value } from "../../ir/graph.ts";
import { div, equal, mul } from "../../ops/binary.ts";
import { type ReduceAttrs, ReduceMax, ReduceMin, ReduceSum, sum } from "../../ops/reduce.ts";
import { expand, reshape } from "../../ops/shape.ts";
import { cast } from "../../ops/unary.ts";
import { derivative } from "../backprop.ts";

/** Returns a reduced value spread over what it was reduced from. */
function spread({ inputs: [x], attrs: { axes } }: Node<ReduceAttrs>, value: Value): Value {
  return expand(reshape(value, x.shape.map((s, i) => axes.includes(i) ? 1 : s)), x.shape);
}

derivative(ReduceSum, (node, [d]) => [d && spread(node, d)]);

// The cotangent goes to the extreme elements, in equal parts where there are several, as in JAX.
for (const op of [ReduceMax, ReduceMin]) {
  derivative(op, (node, [d]) => {
    if (!d) return [undefined];
    const hit = cast(equal(node.inputs[0], spread(node, node.outputs[0])), "float");
    return [mul(hit, spread(node, div(d, sum(hit, node.attrs.axes))))];
  });
}
