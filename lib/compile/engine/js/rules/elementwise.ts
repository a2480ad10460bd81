import * as B from "../../../ops/binary.ts";
import * as U from "../../../ops/unary.ts";
import { expressions } from "../expressions.ts";
import { pointwise } from "../items.ts";
import { planned } from "../planner.ts";

/**
 * Operations whose result jumps: they see float32 numbers in float32. Others may see the further
 * digits of intermediate results; a largest element that is computed once more would differ from
 * the stored one in them.
 */
const jumping = new Set<unknown>([
  ...[B.Equal, B.Greater, B.Less, B.GreaterOrEqual, B.LessOrEqual, B.Mod],
  ...[U.Floor, U.Ceil, U.Round, U.Sign, U.IsInf, U.Cast, U.Not],
]);

for (const [op, write] of expressions) {
  planned(op, (node, p) => {
    const [value] = node.outputs, operands = node.inputs.map((i) => p.operand(i, value.shape));
    const rounds = p.precision === "float32" && jumping.has(op);
    const rounded = (text: string, i: number) =>
      rounds && node.inputs[i].dtype === "float" ? `Math.fround(${text})` : text;
    p.add(pointwise(value, operands, (args, name) => write(args.map(rounded), node, name)));
  });
}
