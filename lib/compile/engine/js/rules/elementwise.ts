import { expressions } from "../expressions.ts";
import { pointwise } from "../items.ts";
import { planned } from "../planner.ts";

for (const [op, write] of expressions) {
  planned(op, (node, p) => {
    const [value] = node.outputs, operands = node.inputs.map((i) => p.operand(i, value.shape));
    p.add(pointwise(value, operands, (args, name) => write(args, node, name)));
  });
}
