import * as R from "../../ops/reduce.ts";
import { ElementType } from "../proto.ts";
import { out, written } from "../writer.ts";
import { wrap } from "./whole_numbers.ts";

for (const op of [R.ReduceSum, R.ReduceMax, R.ReduceMin]) {
  written(op, (node, w) => {
    const { axes, shift } = node.attrs, [{ dtype }] = node.inputs;
    const given = [w.name(node.inputs[0]), w.ints(axes)], y = out(node, w), drop = { keepdims: 0 };
    if (op === R.ReduceSum && dtype === "int32") {
      // ONNX Runtime's own sum stops at the largest number.
      const wide = w.node("Cast", [given[0]], w.fresh("wide"), { to: ElementType.int64 });
      return wrap(w.node(op.name, [wide, given[1]], w.fresh("sum"), drop), w, y);
    }
    if (op === R.ReduceSum || dtype !== "float" || shift) return void w.node(op.name, given, y, drop);
    // ONNX Runtime passes over NaN, unless it comes first. A sum of absolute values is NaN for
    // nothing else.
    const size = w.node("ReduceL1", given, w.fresh("size"), drop);
    w.node("Where", [w.node("IsNaN", [size]), size, w.node(op.name, given, w.fresh("extreme"), drop)], y);
  });
}
