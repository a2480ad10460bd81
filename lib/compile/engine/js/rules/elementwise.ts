import { expressions } from "../expressions.ts";
import { pointwise } from "../items.ts";
import { planned } from "../planner.ts";
import { rounded } from "../rounding.ts";

for (const [op, write] of expressions) {
  planned(op, (node, p) => {
    const [value] = node.outputs, operands = node.inputs.map((i) => p.operand(i, value.shape));
    const element = (args: readonly string[], name?: (text: string) => string) =>
      p.rounded.has(node) ? rounded(node, args, (of) => write(of, node, name)) : write(args, node, name);
    p.add({ ...pointwise(value, operands, element), node });
  });
}
