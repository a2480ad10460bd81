import * as X from "../../ops/indexing.ts";
import { list, type StablehloWriter, type Term, written } from "../writer.ts";

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** 0, 1, 2 ... along one axis. */
function iota(w: StablehloWriter, shape: readonly number[], axis: number): Term {
  const to = { shape, dtype: "int32" } as const;
  return w.term(`stablehlo.iota dim = ${axis} : ${w.type(to)}`, to);
}

/** Returns the axes of a gathered value of a rank that are not those of its indices. */
const windows = (rank: number, axis: number, { shape: { length } }: Term): string =>
  list([...range(0, axis), ...range(axis + length, rank - axis - length)]);

written(X.Iota, (node, w) => iota(w, [w.size(node.attrs.length)], 0));

written(X.Gather, (node, w, [x, indices]) => {
  const { axis } = node.attrs, to = { shape: w.shape(node.outputs[0].shape), dtype: x.dtype };
  const sizes = x.shape.with(axis, 1).join(", ");
  const found = w.term(
    `"stablehlo.gather"(${x.name}, ${indices.name}) <{dimension_numbers = #stablehlo.gather<` +
      `offset_dims = ${windows(to.shape.length, axis, indices)}, collapsed_slice_dims = [${axis}], ` +
      `start_index_map = [${axis}], index_vector_dim = ${indices.shape.length}>, ` +
      `slice_sizes = array<i64: ${sizes}>}> : ${w.signature([x, indices], to)}`,
    to,
  );
  if (x.dtype !== "float" || node.inputs[1].constant) return found;
  // XLA takes the element at the nearer end, and cannot raise an error.
  const zero = w.scalar(0, "int32"), length = w.scalar(x.shape[axis], "int32");
  const isBeyond = w.map("or", w.compare("LT", indices, zero), w.compare("GE", indices, length));
  const wide = [...indices.shape, ...range(axis + 1, x.shape.length - axis - 1).map(() => 1)];
  return w.select(w.reshape(isBeyond, wide), w.scalar(NaN), found);
});

written(X.ScatterAdd, (node, w, [updates, indices]) => {
  const { axis } = node.attrs, { dtype } = updates, to = { shape: w.shape(node.attrs.shape), dtype };
  const zeros = w.scalar(0, dtype, to.shape), kept = windows(updates.shape.length, axis, indices);
  const [a, b] = ["a", "b"].map((prefix): Term => ({ name: w.fresh(prefix), shape: [], dtype }));
  const type = w.type(a);
  const body = w.block(() => w.write(`stablehlo.return ${w.map("add", a, b).name} : ${type}`));
  return w.term(
    `"stablehlo.scatter"(${zeros.name}, ${indices.name}, ${updates.name}) <{scatter_dimension_numbers = ` +
      `#stablehlo.scatter<update_window_dims = ${kept}, inserted_window_dims = [${axis}], ` +
      `scatter_dims_to_operand_dims = [${axis}], index_vector_dim = ${indices.shape.length}>}> ({\n` +
      `^bb0(${a.name}: ${type}, ${b.name}: ${type}):\n${body.join("\n")}\n}) : ` +
      w.signature([zeros, indices, updates], to),
    to,
  );
});

/** Returns whether one element comes before another: the larger, and NaN before all numbers. */
function before(w: StablehloWriter, a: Term, b: Term, smallest: boolean): Term {
  const isLarger = w.compare(smallest ? "LT" : "GT", a, b);
  if (a.dtype !== "float") return isLarger;
  return w.map("or", isLarger, w.map("and", w.compare("NE", a, a), w.compare("EQ", b, b)));
}

written(X.ArgMax, (node, w, [x]) => {
  const { axis, smallest } = node.attrs;
  const shape = x.shape.toSpliced(axis, 1);
  const worst = x.dtype === "float" ? Infinity : 2 ** 31 - 1;
  const places = iota(w, x.shape, axis), zero = w.scalar(0, "int32");
  const start = w.scalar(smallest ? worst : x.dtype === "float" ? -Infinity : -(2 ** 31), x.dtype);
  const scalar = (dtype: Term["dtype"], name = w.fresh("s")): Term => ({ name, shape: [], dtype });
  const best = scalar(x.dtype), at = scalar("int32"), other = scalar(x.dtype), place = scalar("int32");
  const pairs = [best, at, other, place].map((t) => `${t.name}: ${w.type(t)}`);
  const body = w.block(() => {
    const better = before(w, best, other, smallest), worse = before(w, other, best, smallest);
    const tied = w.map("and", w.map("not", worse), w.compare("LT", at, place));
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
  const zero = w.scalar(0, x.dtype), along = (by: number) => x.shape.map((_, i) => i === axis ? by : 0);
  // By doubling: after k rounds each place holds the sum of the 2^k elements up to it.
  const shifted = (y: Term, by: number): Term => {
    const low = along(reverse ? 0 : by), high = along(reverse ? by : 0);
    return w.pad(w.slice(y, high, x.shape.map((s, i) => s - low[i])), zero, low, high);
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
    const isBefore = before(w, terms[0], terms[1], smallest);
    w.write(`stablehlo.return ${isBefore.name} : ${w.type(isBefore)}`);
  });
  w.write(
    `${result}:2 = "stablehlo.sort"(${x.name}, ${places.name}) <{dimension = ${last} : i64, is_stable = true}> ({\n` +
      `^bb0(${terms.map((t) => `${t.name}: ${w.type(t)}`).join(", ")}):\n${body.join("\n")}\n}) : ` +
      `(${w.type(x)}, ${w.type(places)}) -> (${w.type(x)}, ${w.type(places)})`,
  );
  const sorted: Term = { name: `${result}#1`, shape: x.shape, dtype: "int32" };
  return w.slice(sorted, x.shape.map(() => 0), x.shape.with(last, count));
});
