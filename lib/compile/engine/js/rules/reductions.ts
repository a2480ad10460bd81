import * as R from "../../../ops/reduce.ts";
import { spaceOf } from "../refs.ts";
import { planned, type Rule } from "../planner.ts";

const reduction =
  (by: "sum" | "max" | "min"): Rule<R.ReduceAttrs> => ({ inputs: [x], outputs: [value], attrs }, p) => {
    const long = x.shape.map((_, i) => i).filter((i) => x.shape[i] !== 1);
    const axes = attrs.axes.map((a) => long.indexOf(a)).filter((a) => a >= 0);
    p.add({ kind: "reduction", space: spaceOf(x.shape), value, operand: p.operand(x, x.shape), by, axes });
  };

planned(R.ReduceSum, reduction("sum"));
planned(R.ReduceMax, reduction("max"));
planned(R.ReduceMin, reduction("min"));
