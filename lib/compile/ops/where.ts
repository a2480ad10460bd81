import { emitOne, type Op, type Value } from "../ir/graph.ts";
import { broadcast, sameShape, type Sizes } from "../ir/size.ts";
import { fill, fillOf, scalar } from "./constant.ts";
import { Expand, expand, raiseRank } from "./shape.ts";
import { Not } from "./unary.ts";

/** Element-wise choice. */
export const Where: Op<undefined> = {
  name: "Where",
  lift: ({ outputs: [out] }, inputs) => {
    const [c, a, b] = inputs.map((x) => raiseRank(x, out.shape.length));
    return [where(c, a, b)];
  },
};

/** `a` where the condition holds, else `b`; all three broadcast. */
export function where(condition: Value, a: Value, b: Value): Value {
  if (condition.dtype !== "bool" || a.dtype !== b.dtype) {
    throw new Error(
      `Cannot choose between ${a.dtype} and ${b.dtype} by ${condition.dtype}: expected one type, and a bool`,
    );
  }
  const shape = broadcast(condition.shape, broadcast(a.shape, b.shape));
  const known = fillOf(condition);
  if (known !== undefined) return expand(known ? a : b, shape);
  if (a === b) return expand(a, shape);
  if (condition.node?.op === Not) return where(condition.node.inputs[0], b, a);
  const x = fillOf(a), y = fillOf(b);
  if (x !== undefined && Object.is(x, y)) return fill(shape, x, a.dtype);
  // Broadcasting is part of the operation: an explicit one before it is not needed.
  const operands = [condition, a, b];
  for (const [i, operand] of operands.entries()) {
    if (operand.node?.op !== Expand) continue;
    const [source] = operand.node.inputs, rest = operands.filter((_, k) => k !== i).map((v) => v.shape);
    if (!sameShape(rest.reduce((s: Sizes, r) => broadcast(s, r), source.shape), shape)) continue;
    const [c, t, e] = operands.with(i, source);
    return where(c, t, e);
  }
  const t = x === undefined ? a : scalar(x, a.dtype), e = y === undefined ? b : scalar(y, b.dtype);
  // A number in place of a fill does not say how large the result is.
  const own = broadcast(condition.shape, broadcast(t.shape, e.shape));
  return expand(emitOne(Where, [condition, t, e], undefined, own, a.dtype), shape);
}
