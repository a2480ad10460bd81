import * as X from "../../ops/indexing.ts";
import type { Term } from "../term.ts";
import type { StablehloWriter } from "../writer.ts";
import { written } from "./rule.ts";

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** 0, 1, 2 ... along one axis. */
function iota(w: StablehloWriter, shape: readonly number[], axis: number): Term {
  return w.term(`stablehlo.iota dim = ${axis} : ${w.type({ shape, dtype: "int32" })}`, shape, "int32");
}

written(X.Iota, (node, w) => iota(w, [w.size(node.attrs.length)], 0));

written(X.Gather, (node, w, [x, indices]) => {
  const { axis } = node.attrs, k = indices.shape.length;
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const kept = [...range(0, axis), ...range(axis + k, x.shape.length - axis - 1)];
  const sizes = x.shape.map((s, i) => i === axis ? 1 : s);
  return w.term(
    `"stablehlo.gather"(${x.name}, ${indices.name}) <{dimension_numbers = #stablehlo.gather<offset_dims = [${
      kept.join(", ")
    }], collapsed_slice_dims = [${axis}], start_index_map = [${axis}], index_vector_dim = ${k}>, ` +
      `slice_sizes = array<i64: ${sizes.join(", ")}>}> : ${
        w.signature([x, indices], { shape, dtype: x.dtype })
      }`,
    shape,
    x.dtype,
  );
});

written(X.ScatterAdd, (node, w, [updates, indices]) => {
  const { axis } = node.attrs, k = indices.shape.length, { dtype } = updates;
  const shape = w.shape(node.attrs.shape), zeros = w.scalar(0, dtype, shape);
  const kept = [...range(0, axis), ...range(axis + k, shape.length - axis - 1)];
  const [a, b] = [w.fresh("a"), w.fresh("b")], type = w.type({ shape: [], dtype });
  const body = w.block(() => {
    const total = w.map("add", { name: a, shape: [], dtype }, { name: b, shape: [], dtype });
    w.write(`stablehlo.return ${total.name} : ${type}`);
  });
  return w.term(
    `"stablehlo.scatter"(${zeros.name}, ${indices.name}, ${updates.name}) <{scatter_dimension_numbers = ` +
      `#stablehlo.scatter<update_window_dims = [${kept.join(", ")}], inserted_window_dims = [${axis}], ` +
      `scatter_dims_to_operand_dims = [${axis}], index_vector_dim = ${k}>}> ({\n` +
      `^bb0(${a}: ${type}, ${b}: ${type}):\n${body.join("\n")}\n}) : ${
        w.signature([zeros, indices, updates], { shape, dtype })
      }`,
    shape,
    dtype,
  );
});

written(X.ArgMax, (node, w, [x]) => {
  const { axis, smallest } = node.attrs;
  const shape = x.shape.filter((_, i) => i !== axis);
  const worst = x.dtype === "float" ? Infinity : 2 ** 31 - 1;
  const places = iota(w, x.shape, axis), zero = w.scalar(0, "int32");
  const start = w.scalar(smallest ? worst : x.dtype === "float" ? -Infinity : -(2 ** 31), x.dtype);
  const scalar = (dtype: Term["dtype"], name = w.fresh("s")): Term => ({ name, shape: [], dtype });
  const best = scalar(x.dtype), at = scalar("int32"), other = scalar(x.dtype), place = scalar("int32");
  const pairs = [best, at, other, place].map((t) => `${t.name}: ${w.type(t)}`);
  const body = w.block(() => {
    // The first one at a tie, and the first that is not a number before all others.
    const better = w.map("or", w.compare(smallest ? "LT" : "GT", best, other), w.compare("NE", best, best));
    const tied = w.map("and", w.compare("EQ", best, other), w.compare("LT", at, place));
    const value = w.select(better, best, other), index = w.select(w.map("or", better, tied), at, place);
    w.write(`stablehlo.return ${value.name}, ${index.name} : ${w.type(value)}, ${w.type(index)}`);
  });
  const result = w.fresh();
  w.write(
    `${result}:2 = stablehlo.reduce(${x.name} init: ${start.name}), (${places.name} init: ${zero.name}) across dimensions = [${axis}] : ` +
      `(${[x, places, start, zero].map((t) => w.type(t)).join(", ")}) -> (${
        w.type({ shape, dtype: x.dtype })
      }, ${w.type({ shape, dtype: "int32" })})\n` +
      `reducer(${pairs[0]}, ${pairs[2]}) (${pairs[1]}, ${pairs[3]}) {\n${body.join("\n")}\n}`,
  );
  return { name: `${result}#1`, shape, dtype: "int32" };
});

written(X.CumSum, (node, w, [x]) => {
  const { axis, exclusive, reverse } = node.attrs, n = x.shape[axis];
  const zero = w.scalar(0, x.dtype);
  const at = (own: number, other: number) => x.shape.map((_, i) => i === axis ? own : other);
  // By doubling: after k rounds each place holds the sum of the 2^k elements up to it.
  const shifted = (y: Term, by: number): Term => {
    const low = at(reverse ? 0 : by, 0), high = at(reverse ? by : 0, 0);
    const cut = w.slice(
      y,
      at(reverse ? by : 0, 0),
      x.shape.map((s, i) => i === axis && !reverse ? s - by : s),
    );
    return w.term(
      `stablehlo.pad ${cut.name}, ${zero.name}, low = [${low.join(", ")}], high = [${
        high.join(", ")
      }], interior = [${at(0, 0).join(", ")}] : ${w.signature([cut, zero], x)}`,
      x.shape,
      x.dtype,
    );
  };
  let sums = exclusive && n > 0 ? shifted(x, 1) : x;
  for (let by = 1; by < n; by *= 2) sums = w.map("add", sums, shifted(sums, by));
  return sums;
});

written(X.TopK, (node, w, [x]) => {
  const { count, smallest } = node.attrs;
  const last = x.shape.length - 1, places = iota(w, x.shape, last);
  const names = ["a", "b", "c", "d"].map((p) => w.fresh(p)), result = w.fresh();
  const types = [x.dtype, x.dtype, "int32", "int32"] as const;
  const terms = names.map((name, i): Term => ({ name, shape: [], dtype: types[i] }));
  const body = w.block(() => {
    const before = w.compare(smallest ? "LT" : "GT", terms[0], terms[1]);
    w.write(`stablehlo.return ${before.name} : ${w.type(before)}`);
  });
  w.write(
    `${result}:2 = "stablehlo.sort"(${x.name}, ${places.name}) <{dimension = ${last} : i64, is_stable = true}> ({\n` +
      `^bb0(${terms.map((t) => `${t.name}: ${w.type(t)}`).join(", ")}):\n${body.join("\n")}\n}) : ` +
      `(${w.type(x)}, ${w.type(places)}) -> (${w.type(x)}, ${w.type(places)})`,
  );
  const sorted: Term = { name: `${result}#1`, shape: x.shape, dtype: "int32" };
  return w.slice(sorted, x.shape.map(() => 0), x.shape.map((s, i) => i === last ? count : s));
});
