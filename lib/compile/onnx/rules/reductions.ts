import * as R from "../../ops/reduce.ts";
import { out, written } from "../writer.ts";

for (const op of [R.ReduceSum, R.ReduceMax, R.ReduceMin]) {
  written(op, (node, w) => {
    const given = [w.name(node.inputs[0]), w.ints(node.attrs.axes)];
    w.node(op.name, given, out(node, w), { keepdims: 0 });
  });
}
