import type { Node } from "../../ir/graph.ts";
import { Scan } from "../../ops/scan.ts";
import type { Term } from "../term.ts";
import type { StablehloWriter } from "../writer.ts";
import { written } from "./rule.ts";

/** Returns the places of one step along the leading axis, and zeros along the others. */
function start(w: StablehloWriter, t: Term, rank: number): string {
  return [t, ...Array.from({ length: rank - 1 }, () => w.scalar(0, "int32"))].map((place) => place.name).join(
    ", ",
  );
}
const tuple = (w: StablehloWriter, shape: readonly number[]): string =>
  shape.map(() => w.type({ shape: [], dtype: "int32" })).join(", ");

/** Step `t` of what is scanned. */
function stepOf(w: StablehloWriter, xs: Term, t: Term): Term {
  if (xs.fill !== undefined) return w.scalar(xs.fill, xs.dtype, xs.shape.slice(1));
  const shape = [1, ...xs.shape.slice(1)];
  const slab = w.term(
    `stablehlo.dynamic_slice ${xs.name}, ${start(w, t, shape.length)}, sizes = [${shape.join(", ")}] : (${
      w.type(xs)
    }, ${tuple(w, shape)}) -> ${w.type({ shape, dtype: xs.dtype })}`,
    shape,
    xs.dtype,
  );
  return w.reshape(slab, shape.slice(1));
}

/** Returns a stack with step `t` put in its place. */
function put(w: StablehloWriter, stack: Term, y: Term, t: Term): Term {
  const slab = w.reshape(y, [1, ...y.shape]);
  return w.term(
    `stablehlo.dynamic_update_slice ${stack.name}, ${slab.name}, ${start(w, t, stack.shape.length)} : (${
      w.type(stack)
    }, ${w.type(slab)}, ${tuple(w, stack.shape)}) -> ${w.type(stack)}`,
    stack.shape,
    stack.dtype,
  );
}

written(Scan, (node, w, inputs) => {
  const { carries, reverse, collect } = node.attrs, body = node.body!, length = w.size(node.attrs.length);
  // A counter, the carries, then a stack or a total for each output that is collected.
  const first = [
    w.scalar(0, "int32"),
    ...inputs.slice(0, carries),
    ...node.outputs.slice(carries).map((o) => w.scalar(0, o.dtype, w.shape(o.shape))),
  ];
  if (length === 0) return first.slice(1);
  const state = first.map(({ shape, dtype }): Term => ({ name: w.fresh("state"), shape, dtype })),
    types = first.map((t) => w.type(t));
  const condition = w.block(() => {
    const more = w.compare("LT", state[0], w.scalar(length, "int32"));
    w.write(`stablehlo.return ${more.name} : ${w.type(more)}`);
  });
  const used = new Set(body.nodes.flatMap((n) => [...usedBy(n)]).concat(body.outputs));
  const steps = w.block(() => {
    const [i] = state, t = reverse ? w.map("subtract", w.scalar(length - 1, "int32"), i) : i;
    body.inputs.forEach((input, j) => {
      if (j < carries) w.define(input, state[j + 1]);
      else if (used.has(input)) w.define(input, stepOf(w, inputs[j], t));
    });
    w.nodes(body);
    const results = body.outputs.map((value) => w.get(value));
    const next = [
      w.map("add", i, w.scalar(1, "int32")),
      ...results.slice(0, carries),
      ...results.slice(carries).map((y, j) => {
        const before = state[1 + carries + j];
        return collect[j] === "stack" ? put(w, before, y, t) : w.map("add", before, y);
      }),
    ];
    w.write(`stablehlo.return ${next.map((n) => n.name).join(", ")} : ${types.join(", ")}`);
  });
  const result = w.fresh("loop");
  const start = state.map((s, j) => `${s.name} = ${first[j].name}`).join(", ");
  w.write(
    `${result}:${first.length} = stablehlo.while(${start}) : ${types.join(", ")}\ncond {\n${
      condition.join("\n")
    }\n} do {\n${steps.join("\n")}\n}`,
  );
  return node.outputs.map((o, j) => ({
    name: `${result}#${j + 1}`,
    shape: first[j + 1].shape,
    dtype: o.dtype,
  }));
});

/** Returns the values that a node and all graphs within it use. */
function usedBy(node: Node): Set<Node["inputs"][number]> {
  return new Set([
    ...node.inputs,
    ...node.body?.nodes.flatMap((n) => [...usedBy(n)]) ?? [],
    ...node.body?.outputs ?? [],
  ]);
}
