import type { Value } from "../../../ir/graph.ts";
import type { Sizes } from "../../../ir/size.ts";
import * as X from "../../../ops/indexing.ts";
import { type Operand, pointwise } from "../items.ts";
import { type View, whole } from "../refs.ts";
import type { Writer } from "../writer.ts";
import { planned } from "../planner.ts";

/** Returns the element of a view at the given counters, one for each of its axes. */
function element(w: Writer, ref: View, counters: readonly string[]): string {
  const { array, terms } = w.start(ref);
  return `${array}[${w.sum([...terms, ...ref.strides.map((s, i) => w.term(s, counters[i]))])}]`;
}

/** Loops over all axes but one: `body` is given the element of a view at a place on that axis. */
function along(
  w: Writer,
  shape: Sizes,
  axis: number,
  body: (at: (ref: View, place: string) => string, rest: string[]) => void,
): void {
  w.nest(
    shape.toSpliced(axis, 1),
    (rest) => body((ref, place) => element(w, ref, rest.toSpliced(axis, 0, place)), rest),
  );
}

// Plans running sums: one loop along the axis, for each place on the others.
planned(X.CumSum, ({ inputs: [input], outputs: [value], attrs: { axis, exclusive, reverse } }, p) => {
  const x = p.stored(input), y = whole(value);
  p.addOpaque(value, [x], (w) =>
    along(w, value.shape, axis, (at) => {
      const n = w.size(value.shape[axis]), i = w.fresh("i"), total = w.fresh("a");
      w.line(`let ${total} = 0;`);
      w.line(w.loop(i, n, reverse));
      const given = at(x, i), put = `${at(y, i)} = ${total};`;
      const add = (x: string) => `${total} = ${total} + ${x}${value.dtype === "int32" ? " | 0" : ""};`;
      w.line(exclusive ? `const x = ${given}; ${put} ${add("x")}` : `${add(given)} ${put}`);
      w.line("}");
    }));
});

/** Returns whether one element comes before another: the larger, and NaN before all numbers. */
function before(x: string, y: string, { dtype }: Value, smallest: boolean): string {
  const larger = `${x} ${smallest ? "<" : ">"} ${y}`;
  return dtype === "float" ? `(${larger} || ${x} !== ${x} && ${y} === ${y})` : larger;
}

// Plans the place of the largest element: the first at a tie.
planned(X.ArgMax, ({ inputs: [input], outputs: [value], attrs: { axis, smallest } }, p) => {
  const x = p.stored(input), y = whole(value);
  p.addOpaque(value, [x], (w) =>
    along(w, input.shape, axis, (at, rest) => {
      const i = w.fresh("i"), best = w.fresh("a"), place = w.fresh("p");
      w.line(`let ${best} = ${at(x, "0")}, ${place} = 0;`);
      w.line(`for (let ${i} = 1; ${i} < ${w.size(input.shape[axis])}; ${i}++) {`);
      w.line(
        `const x = ${at(x, i)}; if (${before("x", best, input, smallest)}) { ${best} = x; ${place} = ${i}; }`,
      );
      w.line("}");
      w.line(`${element(w, y, rest)} = ${place};`);
    }));
});

// Plans the places of the largest elements of each row, by insertion into the best so far.
planned(X.TopK, ({ inputs: [input], outputs: [value], attrs: { count, smallest } }, p) => {
  const x = p.stored(input), y = whole(value), axis = value.shape.length - 1;
  p.addOpaque(value, [x], (w) =>
    along(w, input.shape, axis, (at) => {
      const i = w.fresh("i"), k = w.fresh("k");
      w.line(w.loop(i, w.size(input.shape[axis])));
      w.line(`const x = ${at(x, i)}; let ${k} = Math.min(${i}, ${count});`);
      const other = at(x, at(y, `(${k} - 1)`));
      w.line(`while (${k} > 0 && ${before("x", other, input, smallest)}) {`);
      w.line(`if (${k} < ${count}) ${at(y, k)} = ${at(y, `(${k} - 1)`)};`);
      w.line(`${k}--; }`);
      w.line(`if (${k} < ${count}) ${at(y, k)} = ${i}; }`);
    }));
});

// Plans the adjoint of a gather: zeros, then each update added at its index.
planned(X.ScatterAdd, ({ inputs: [input, indices], outputs: [value], attrs: { axis } }, p) => {
  const x = p.stored(input), at = p.stored(indices), y = whole(value), k = indices.shape.length;
  p.addOpaque(value, [x, at], (w) => {
    w.nest(value.shape, (counters) => w.line(`${element(w, y, counters)} = 0;`));
    w.nest(input.shape, (counters) => {
      const index = w.fresh("j"), given = element(w, at, counters.slice(axis, axis + k));
      const length = w.size(value.shape[axis]);
      w.line(`const ${index} = ${given}; if (${index} >>> 0 >= ${length}) beyond(${index}, ${length});`);
      w.line(`${element(w, y, counters.toSpliced(axis, k, index))} += ${element(w, x, counters)};`);
    });
  });
});

planned(X.Gather, ({ inputs: [x, indices], outputs: [value], attrs: { axis } }, p) => {
  const ref = p.ref(x), at = p.ref(indices), k = indices.shape.length;
  const long = value.shape.map((_, i) => i).filter((i) => value.shape[i] !== 1);
  const among = (i: number) => i >= axis && i < axis + k;
  const strides = at.kind === "view" ? long.map((i) => among(i) ? at.strides[i - axis] : 0) : [];
  const operand: Operand = ref.kind !== "view" ? { ref, dtype: x.dtype, strides: [] } : {
    ref,
    dtype: x.dtype,
    strides: long.map((i) => among(i) ? 0 : ref.strides[i < axis ? i : i - k + 1]),
    indirect: {
      index: { ref: at, dtype: indices.dtype, strides },
      stride: ref.strides[axis],
      length: x.shape[axis],
    },
  };
  p.add(pointwise(value, [operand]));
});

planned(X.Iota, ({ outputs: [value] }, p) => {
  const operand: Operand = { ref: { kind: "fill", number: 0 }, dtype: "int32", strides: [], counter: 0 };
  p.add(pointwise(value, [operand]));
});
