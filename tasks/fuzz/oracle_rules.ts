/**
 * The meaning of every node of a graph, number by number, written out once more: no code of an
 * engine is used.
 *
 * @module
 */
import type { DType, Node } from "../../lib/compile/mod.ts";
import { sizeOf } from "../../lib/tensor/mod.ts";

/** Numbers of a node's input or output, in double precision; booleans are 0 and 1. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: Float64Array;
}

/** The result of an operation on numbers that it is not defined for. */
export class Undefined extends Error {
  override name = "Undefined";
}

/** The fate of numbers on the way to a sum: they may overflow where the sum does not. */
export interface Partial {
  term(x: number): number;
  sum(x: number): number;
}
const whole: Partial = { term: (x) => x, sum: (x) => x };

/** Computes a node's outputs from its inputs. */
type Rule = (x: readonly Numbers[], node: Node, partial?: Partial) => Numbers | Numbers[];

/** New numbers of a shape, from their places. */
export function numbers(shape: readonly number[], dtype: DType, of: (i: number) => number): Numbers {
  return { shape, dtype, data: Float64Array.from({ length: sizeOf([...shape]) }, (_, i) => of(i)) };
}

const strides = (shape: readonly number[]): number[] =>
  shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));

/** Returns the place along each axis of the element at a flat place. */
function unravel(at: number, shape: readonly number[], out: number[]): number[] {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    out[axis] = at % shape[axis];
    at = Math.floor(at / shape[axis]);
  }
  return out;
}

/** Elements of `x`, at places that `from` finds for places in the result. */
function moved(
  { data, shape, dtype }: Numbers,
  to: readonly number[],
  from: (at: number[]) => number[] | number,
): Numbers {
  const steps = strides(shape), at: number[] = Array(to.length);
  return numbers(to, dtype, (i) => {
    const place = from(unravel(i, to, at));
    if (typeof place === "number") return place;
    return data[place.reduce((sum, p, k) => sum + p * steps[k], 0)];
  });
}

/** Repeats numbers to a shape that they broadcast to. */
export function spread(x: Numbers, to: readonly number[]): Numbers {
  const missing = to.length - x.shape.length;
  if (missing === 0 && to.every((s, i) => s === x.shape[i])) return x;
  return moved(x, to, (at) => x.shape.map((s, k) => s === 1 ? 0 : at[k + missing]));
}

const shapeOf = (node: Node, i = 0): number[] => node.outputs[i].shape as number[];

function elementwise(f: (a: number, b: number, c: number) => number): Rule {
  return (x, node) => {
    const shape = shapeOf(node), [a, b, c] = x.map((y) => spread(y, shape).data);
    return numbers(shape, node.outputs[0].dtype, (i) => f(a[i], b?.[i], c?.[i]));
  };
}

/** A rule for floats and one for integers. */
function typed(float: Rule, int: Rule): Rule {
  return (x, node) => (x[0].dtype === "float" ? float : int)(x, node);
}
/** The product of whole numbers, wrapped around at 32 bits. */
const product = (a: number, b: number): number =>
  Math.abs(a * b) > Number.MAX_SAFE_INTEGER ? Math.imul(a, b) : a * b;
const arithmetic = (f: (a: number, b: number) => number, int = f): Rule =>
  typed(elementwise((a, b) => f(a, b)), elementwise((a, b) => int(a, b) | 0));

/** The remainder with the sign of the divisor, as tfjs defines it. */
function mod(a: number, b: number): number {
  const rest = a % b;
  if ((a < 0 && b < 0) || (a >= 0 && b >= 0)) return rest;
  // Moved by a divisor that swallows it, the rest is the divisor or 0.
  if (rest !== 0 && Math.fround(rest + b) === Math.fround(b)) throw new Undefined(`${a} mod ${b}`);
  return (rest + b) % b;
}

/** A power. JavaScript and IEEE 754 differ about 1 to NaN, and 1 and -1 to infinity. */
function power(a: number, b: number): number {
  if (Math.abs(a) === 1 && !Number.isFinite(b)) throw new Undefined(`${a} to the power ${b}`);
  return Math.pow(a, b);
}

function round(x: number): number {
  const down = Math.floor(x), rest = x - down;
  return rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : rest >= 0.5 ? down + 1 : x;
}

/** Folds the elements along axes, which are dropped. */
function reduce(start: number, f: (a: number, b: number) => number): Rule {
  return ([x], node, partial = whole) => {
    const { axes } = node.attrs as { axes: number[] }, shape = shapeOf(node), steps = strides(shape);
    const out = new Float64Array(sizeOf(shape)).fill(start), at: number[] = Array(x.shape.length);
    x.data.forEach((value, i) => {
      const place = unravel(i, x.shape, at).filter((_, k) => !axes.includes(k)).reduce(
        (s, p, k) => s + p * steps[k],
        0,
      );
      out[place] = partial.sum(f(out[place], value));
    });
    if (x.dtype === "int32") out.forEach((value, i) => out[i] = value | 0);
    return { shape, dtype: x.dtype, data: out };
  };
}

/** Returns the places of each row along an axis, as a list of flat places. */
function lines({ shape }: Numbers, axis: number): number[][] {
  const step = strides(shape)[axis], rest = shape.with(axis, 1), at: number[] = Array(shape.length);
  return Array.from({ length: sizeOf(rest) }, (_, i) => {
    const start = unravel(i, rest, at).reduce((s, p, k) => s + p * strides(shape)[k], 0);
    return Array.from({ length: shape[axis] }, (_, k) => start + k * step);
  });
}

/** Tells that a comes before b among the largest: NaN before all, then the larger. */
const before = (a: number, b: number): boolean => a > b || (a !== a && b === b);

const transposed = (x: Numbers): Numbers => {
  const n = x.shape.length, to = [...x.shape.slice(0, n - 2), x.shape[n - 1], x.shape[n - 2]];
  return moved(x, to, (at) => [...at.slice(0, n - 2), at[n - 1], at[n - 2]]);
};

const matmul: Rule = ([a, b], node, partial = whole) => {
  const { transposeA, transposeB } = node.attrs, shape = shapeOf(node), batch = shape.slice(0, -2);
  const x = transposeA ? transposed(a) : a, y = transposeB ? transposed(b) : b, k = x.shape.at(-1)!;
  const [m, n] = shape.slice(-2),
    left = spread(x, [...batch, m, k]).data,
    right = spread(y, [...batch, k, n]).data;
  return numbers(shape, "float", (i) => {
    const column = i % n, row = Math.floor(i / n), first = Math.floor(row / m) * k * n + column;
    let sum = 0;
    for (let j = 0; j < k; j++) {
      sum = partial.sum(sum + partial.term(left[row * k + j] * right[first + j * n]));
    }
    return sum;
  });
};

const gather: Rule = ([x, indices], node) => {
  const { axis } = node.attrs, k = indices.shape.length, steps = strides(indices.shape);
  return moved(x, shapeOf(node), (at) => {
    const index = indices.data[at.slice(axis, axis + k).reduce((s, p, i) => s + p * steps[i], 0)];
    if (!(index >= 0 && index < x.shape[axis])) throw new Undefined(`index ${index} of ${x.shape[axis]}`);
    return at.toSpliced(axis, k, index);
  });
};

const scatterAdd: Rule = ([updates, indices], node) => {
  const { axis } = node.attrs, shape = shapeOf(node), k = indices.shape.length;
  const out = new Float64Array(sizeOf(shape)), steps = strides(shape), inner = strides(indices.shape);
  updates.data.forEach((value, i) => {
    const at = unravel(i, updates.shape, []);
    const index = indices.data[at.slice(axis, axis + k).reduce((s, p, j) => s + p * inner[j], 0)];
    if (!(index >= 0 && index < shape[axis])) throw new Undefined(`index ${index} of ${shape[axis]}`);
    out[at.toSpliced(axis, k, index).reduce((s, p, j) => s + p * steps[j], 0)] += value;
  });
  return { shape, dtype: updates.dtype, data: out };
};

const cumSum: Rule = ([x], node, partial = whole) => {
  const { axis, exclusive, reverse } = node.attrs, data = new Float64Array(x.data.length);
  for (const line of lines(x, axis)) {
    let sum = 0;
    for (const i of reverse ? line.reverse() : line) {
      data[i] = exclusive ? sum : partial.sum(sum + x.data[i]);
      sum = partial.sum(sum + x.data[i]);
    }
  }
  if (x.dtype === "int32") data.forEach((value, i) => data[i] = value | 0);
  return { ...x, data };
};

const argMax: Rule = ([x], node) => {
  const sign = node.attrs.smallest ? -1 : 1, found = lines(x, node.attrs.axis);
  return numbers(
    shapeOf(node),
    "int32",
    (i) =>
      found[i].reduce(
        (best, at, k) => before(sign * x.data[at], sign * x.data[found[i][best]]) ? k : best,
        0,
      ),
  );
};

const topK: Rule = ([x], node) => {
  const { count, smallest } = node.attrs, sign = smallest ? -1 : 1, n = x.shape.at(-1)!;
  if (x.data.includes(NaN) && x.data.includes(sign * Infinity)) throw new Undefined("NaN beside infinity");
  const sorted = lines(x, x.shape.length - 1).map((line) =>
    line.map((at, k) => ({ value: sign * x.data[at], k })).sort((a, b) =>
      before(a.value, b.value) ? -1 : before(b.value, a.value) ? 1 : a.k - b.k
    ).map(
      ({ k }) => k,
    )
  );
  return numbers(shapeOf(node), "int32", (i) => n === 0 ? 0 : sorted[Math.floor(i / count)][i % count]);
};

const concat: Rule = (x, node) => {
  const { axis } = node.attrs, starts = x.map((_, i) => x.slice(0, i).reduce((s, y) => s + y.shape[axis], 0));
  const parts = x.map((y) => ({ ...y, steps: strides(y.shape) }));
  const at: number[] = [], shape = shapeOf(node);
  return numbers(shape, x[0].dtype, (i) => {
    unravel(i, shape, at);
    const part = starts.findLastIndex((start, k) => start <= at[axis] && x[k].shape[axis] > 0);
    return parts[part].data[
      at.reduce((s, p, k) => s + (k === axis ? p - starts[part] : p) * parts[part].steps[k], 0)
    ];
  });
};

const split: Rule = ([x], { attrs: { axis, sizes } }) => {
  let start = 0;
  return (sizes as number[]).map((size) => {
    const from = start;
    start += size;
    return moved(x, x.shape.with(axis, size), (at) => at.with(axis, at[axis] + from));
  });
};

const cast: Rule = ([x], { attrs: { to } }) => ({
  ...x,
  dtype: to as DType,
  data: to === "float" ? x.data : x.data.map((y) => to === "bool" ? Number(y !== 0) : y | 0),
});

const one = (f: (x: number) => number): Rule => elementwise(f);
/** By the function of numbers that the operation has. */
const folded: Rule = (x, node) => one((node.op as unknown as { fold(x: number): number }).fold)(x, node);

/** x / y - 1 - log(x / y), by the series of the logarithm where both are close. */
function divergence(x: number, y: number): number {
  const d = (x - y) / y;
  if (!(Math.abs(d) < 0.1)) return x / y - 1 - Math.log(x / y);
  let sum = 0;
  for (let k = 20; k >= 2; k--) sum = 1 / k - d * sum;
  return d * d * sum;
}

/** The operations that JavaScript has under the same names. */
const math = Object.fromEntries(
  [
    ...["Exp", "Log", "Expm1", "Log1p", "Sqrt", "Abs", "Sign", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan"],
    ...["Sinh", "Cosh", "Tanh", "Asinh", "Acosh", "Atanh", "Floor", "Ceil"],
  ].map((name) => [name, one((x) => Math[name.toLowerCase() as "exp"](x))]),
);

/** The rules by the operations' names. Loops and calls are the oracle's own. */
export const rules: Readonly<Record<string, Rule>> = {
  ...math,
  Add: arithmetic((a, b) => a + b),
  Sub: arithmetic((a, b) => a - b),
  Mul: arithmetic((a, b) => a * b, product),
  Div: arithmetic((a, b) => a / b, (a, b) => Math.floor(a / b)),
  Pow: arithmetic(power),
  Max: arithmetic((a, b) => Math.max(a, b)),
  Min: arithmetic((a, b) => Math.min(a, b)),
  Mod: arithmetic(mod),
  ItakuraSaito: elementwise(divergence),
  Greater: elementwise((a, b) => Number(a > b)),
  Less: elementwise((a, b) => Number(a < b)),
  GreaterOrEqual: elementwise((a, b) => Number(a >= b)),
  LessOrEqual: elementwise((a, b) => Number(a <= b)),
  Equal: elementwise((a, b) => Number(a === b)),
  And: elementwise((a, b) => Number(a !== 0 && b !== 0)),
  Or: elementwise((a, b) => Number(a !== 0 || b !== 0)),
  Not: one((x) => Number(x === 0)),
  Neg: typed(one((x) => -x), one((x) => -x | 0)),
  Reciprocal: one((x) => 1 / x),
  Sigmoid: one((x) => 1 / (1 + Math.exp(-x))),
  Softplus: one((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  Relu: one((x) => x > 0 ? x : x === x ? 0 : x),
  ...Object.fromEntries(["Lgamma", "Digamma", "Erf", "Erfc"].map((name) => [name, folded])),
  Round: one(round),
  IsNaN: one((x) => Number(x !== x)),
  IsInf: one((x) => Number(Math.abs(x) === Infinity)),
  Cast: cast,
  Clip: (x, node) => one((y) => Math.min(Math.max(y, node.attrs.lo), node.attrs.hi))(x, node),
  Identity: ([x]) => x,
  StopGradient: ([x]) => x,
  Where: elementwise((c, a, b) => c ? a : b),
  Reshape: ([x], node) => ({ ...x, shape: shapeOf(node) }),
  Expand: ([x], node) => spread(x, shapeOf(node)),
  Transpose: ([x], node) =>
    moved(x, shapeOf(node), (at) => x.shape.map((_, k) => at[node.attrs.perm.indexOf(k)])),
  Slice: ([x], node) => moved(x, shapeOf(node), (at) => at.map((p, k) => p + node.attrs.begin[k])),
  Stride: ([x], node) => {
    const { axis, begin, step } = node.attrs;
    return moved(x, shapeOf(node), (at) => at.with(axis, begin + step * at[axis]));
  },
  Reverse: ([x], node) => {
    const { axis } = node.attrs;
    return moved(x, x.shape, (at) => at.with(axis, x.shape[axis] - 1 - at[axis]));
  },
  Pad: ([x], node) => {
    const { padding, number } = node.attrs as { padding: [number, number][]; number: number };
    return moved(x, shapeOf(node), (at) => {
      const place = at.map((p, k) => p - padding[k][0]);
      return place.every((p, k) => p >= 0 && p < x.shape[k]) ? place : number;
    });
  },
  Concat: concat,
  Split: split,
  ReduceSum: reduce(0, (a, b) => a + b),
  ReduceMax: (x, node) =>
    reduce(x[0].dtype === "float" ? -Infinity : x[0].dtype === "bool" ? 0 : -(2 ** 31), Math.max)(x, node),
  ReduceMin: (x, node) =>
    reduce(x[0].dtype === "float" ? Infinity : x[0].dtype === "bool" ? 1 : 2 ** 31 - 1, Math.min)(x, node),
  MatMul: matmul,
  Gather: gather,
  ScatterAdd: scatterAdd,
  Iota: (_x, node) => numbers(shapeOf(node), "int32", (i) => i),
  ArgMax: argMax,
  CumSum: cumSum,
  TopK: topK,
};
