import type { Value } from "../../ir/graph.ts";
import { sameShape, sizeOf, type Sizes } from "../../ir/size.ts";
import { MatMul, matmul } from "../../ops/matmul.ts";
import { sumTo } from "../../ops/reduce.ts";
import { reshape } from "../../ops/shape.ts";
import { derivative } from "../backprop.ts";

derivative(MatMul, ({ inputs: [a, b], attrs: { transposeA: ta, transposeB: tb } }, [d]) => {
  if (!d) return [];
  return [
    ta ? product(b, d, tb, true, a.shape) : product(d, b, false, !tb, a.shape),
    tb ? product(d, a, true, ta, b.shape) : product(a, d, !ta, false, b.shape),
  ];
});

/** Returns a product summed down to the shape of the operand it is a cotangent of. */
function product(a: Value, b: Value, ta: boolean, tb: boolean, shape: Sizes): Value {
  const rank = a.shape.length, rows = a.shape.slice(0, -1);
  // The cotangent of a weight shared by a batch: one product over all rows of all members.
  if (
    shape.length === 2 && rank === b.shape.length && rank > 2 && ta && !tb &&
    sameShape(rows, b.shape.slice(0, -1))
  ) {
    const tall = (value: Value) => reshape(value, [sizeOf(rows), value.shape[rank - 1]]);
    return matmul(tall(a), tall(b), true, false);
  }
  return sumTo(matmul(a, b, ta, tb), shape);
}
