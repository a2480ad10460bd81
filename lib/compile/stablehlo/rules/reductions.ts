import * as R from "../../ops/reduce.ts";
import { list, type StablehloWriter, type Term, written } from "../writer.ts";

/** Returns a reduction over axes, which are dropped, from the operation's neutral number. */
function reduce(w: StablehloWriter, op: string, x: Term, axes: readonly number[], neutral: number): Term {
  const start = w.scalar(neutral, x.dtype);
  const to = { shape: x.shape.filter((_, i) => !axes.includes(i)), dtype: x.dtype };
  return w.term(
    `stablehlo.reduce(${x.name} init: ${start.name}) applies stablehlo.${op} across dimensions = ${
      list(axes)
    } : ` +
      w.signature([x, start], to),
    to,
  );
}

const LEAST = -(2 ** 31), MOST = 2 ** 31 - 1;
written(R.ReduceSum, (node, w, [x]) => reduce(w, "add", x, node.attrs.axes, 0));
written(R.ReduceMax, (node, w, [x]) => {
  return reduce(w, "maximum", x, node.attrs.axes, x.dtype === "float" ? -Infinity : LEAST);
});
written(R.ReduceMin, (node, w, [x]) => {
  return reduce(w, "minimum", x, node.attrs.axes, x.dtype === "float" ? Infinity : MOST);
});
