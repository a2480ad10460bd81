import { forEachUse, type Value } from "../../ir/graph.ts";
import { Scan } from "../../ops/scan.ts";
import { list, type StablehloWriter, type Term, written } from "../writer.ts";

/** Returns the place of one step along the leading axis, and zeros along the others. */
function start(w: StablehloWriter, t: Term, { length }: readonly number[]): Term[] {
  return [t, ...Array.from({ length: length - 1 }, () => w.scalar(0, "int32"))];
}

/** Step `t` of what is scanned. */
function stepOf(w: StablehloWriter, xs: Term, t: Term): Term {
  const { dtype } = xs, shape = xs.shape.slice(1), slab = [1, ...shape];
  if (xs.fill !== undefined) return w.scalar(xs.fill, dtype, shape);
  const operands = [xs, ...start(w, t, slab)];
  return w.reshape(
    w.apply("dynamic_slice", operands, { shape: slab, dtype }, `, sizes = ${list(slab)}`),
    shape,
  );
}

/** Returns a stack with step `t` put in its place. */
function put(w: StablehloWriter, stack: Term, y: Term, t: Term): Term {
  const slab = w.reshape(y, [1, ...y.shape]);
  return w.apply("dynamic_update_slice", [stack, slab, ...start(w, t, stack.shape)], stack);
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
  const used = new Set<Value>();
  forEachUse(body, (value) => used.add(value));
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
