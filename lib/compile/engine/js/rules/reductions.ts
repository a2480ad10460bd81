import * as R from "../../../ops/reduce.ts";
import { spaceOf } from "../refs.ts";
import { planned } from "../planner.ts";

for (const [op, by] of [[R.ReduceSum, "sum"], [R.ReduceMax, "max"], [R.ReduceMin, "min"]] as const) {
  planned(op, ({ inputs: [x], outputs: [value], attrs }, p) => {
    const long = x.shape.map((_, i) => i).filter((i) => x.shape[i] !== 1);
    const axes = attrs.axes.map((a) => long.indexOf(a)).filter((a) => a >= 0);
    p.add({ kind: "reduction", space: spaceOf(x.shape), value, operand: p.operand(x, x.shape), by, axes });
  });
}
