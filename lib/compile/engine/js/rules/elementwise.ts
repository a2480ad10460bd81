import type { Node } from "../../../ir/graph.ts";
import { expressions } from "../expressions.ts";
import type { Planner } from "../planner.ts";
import { spaceOf } from "../refs.ts";
import { planned } from "./rule.ts";

function elementwise(node: Node, p: Planner): void {
  const [value] = node.outputs, write = expressions.get(node.op)!;
  const operands = node.inputs.map((i) => p.operand(i, value.shape));
  p.add({
    kind: "pointwise",
    space: spaceOf(value.shape),
    value,
    operands,
    write: (args, name) => write(args, node, name),
  });
}

for (const op of expressions.keys()) planned(op, elementwise);
