import type { Node } from "../../../ir/graph.ts";
import type { Sizes } from "../../../ir/size.ts";
import * as L from "../../../ops/linalg.ts";
import { planned, type Planner } from "../planner.ts";
import { type View, whole } from "../refs.ts";

/** A function of `linalg/mod.ts`, with what it takes behind the matrices. */
interface Call {
  readonly name: string;
  readonly sizes: Sizes;
  readonly flags?: readonly boolean[];
  /** True to hand the first matrix over transposed. */
  readonly isTransposed?: boolean;
}

/** Plans a factorisation: one call for each member of a batch. */
function planCalls(
  { inputs, outputs: [value] }: Node,
  p: Planner,
  { name, sizes, flags = [], isTransposed = false }: Call,
): void {
  const stored = inputs.map((input) => p.stored(input)), batch = value.shape.slice(0, -2);
  const outerOf = ({ strides }: View) =>
    batch.map((_, i) => strides[strides.length - batch.length - 2 + i] ?? 0);
  p.addOpaque(value, stored, (w) => {
    const sides = [...stored, whole(value)].map((view, i) => {
      const inner = view.strides.slice(-2).map((stride) => w.size(stride));
      if (i === 0 && isTransposed) inner.reverse();
      return { ...w.start(view), outer: outerOf(view), inner };
    });
    w.nest(batch, (counters) => {
      const views = sides.map(({ array, terms, outer, inner: [row, column] }) => {
        const at = w.sum([...terms, ...outer.map((s, i) => w.term(s, counters[i]))]);
        return `{ data: ${array}, at: ${at}, row: ${row}, column: ${column} }`;
      });
      // Fused multiplication and products of others belong to the engine that says so.
      const machine = p.vectors ? ["true", "vectors.subtract", "vectors.solveColumn"] : ["false"];
      w.line(`${name}(${[...views, ...sizes.map((s) => w.size(s)), ...flags, ...machine].join(", ")});`);
    });
  });
}

planned(L.Cholesky, (node, p) => {
  planCalls(node, p, { name: "cholesky", sizes: node.outputs[0].shape.slice(-1) });
});

planned(L.CholeskyGradient, (node, p) => {
  planCalls(node, p, { name: "choleskyGradient", sizes: node.outputs[0].shape.slice(-1) });
});

planned(L.TriangularSolve, (node, p) => {
  const { lower, transpose } = node.attrs;
  planCalls(node, p, {
    name: "triangularSolve",
    sizes: node.outputs[0].shape.slice(-2),
    flags: [lower === transpose],
    isTransposed: transpose,
  });
});
