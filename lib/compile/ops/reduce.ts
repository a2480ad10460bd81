import { type DType, emitOne, type Op, type Value } from "../ir/graph.ts";
import { evaluate, isStatic, sameShape, type Size, sizeOf, type Sizes, symbol } from "../ir/size.ts";
import { add, mul } from "./binary.ts";
import { fill, fillOf, held, numbers, scalar } from "./constant.ts";
import { Expand, expand, reshape } from "./shape.ts";

/** The axes that are reduced, and dropped. */
export interface ReduceAttrs {
  axes: readonly number[];
  /**
   * True for a maximum that numbers are only shifted by: NaN among them makes the result NaN by
   * itself, so that engines need not look for it.
   */
  shift?: true;
}

const dropped = (shape: Sizes, axes: readonly number[]): Size[] => shape.filter((_, i) => !axes.includes(i));

function define(name: string, record: (value: Value, axes: readonly number[]) => Value): Op<ReduceAttrs> {
  return {
    name,
    takes: numbers,
    lift: ({ attrs: { axes } }, [x]) => [record(x.value, axes.map((a) => a + 1))],
  };
}

/** Sum over axes. */
export const ReduceSum: Op<ReduceAttrs> = define("ReduceSum", sum);
/** Largest element over axes. */
export const ReduceMax: Op<ReduceAttrs> = {
  ...define("ReduceMax", max),
  lift: ({ attrs: { axes, shift } }, [x]) => [max(x.value, axes.map((a) => a + 1), shift)],
};
/** Smallest element over axes. */
export const ReduceMin: Op<ReduceAttrs> = define("ReduceMin", min);

/** Returns a reduction over no elements: what changes nothing where it is among others. */
export function ofNothing(op: Op, dtype: DType): number {
  if (op === ReduceSum) return 0;
  const [least, most] = dtype === "float" ? [-Infinity, Infinity] : [-(2 ** 31), 2 ** 31 - 1];
  return op === ReduceMax ? least : most;
}

function reduce(op: Op<ReduceAttrs>, value: Value, axes: readonly number[], shift?: true): Value {
  const sorted = [...axes].sort((a, b) => a - b);
  // Over an axis of length 1 there is nothing to reduce.
  const real = sorted.filter((a) => value.shape[a] !== 1);
  if (real.length < sorted.length) {
    const short = sorted.filter((a) => value.shape[a] === 1);
    return reduce(
      op,
      reshape(value, dropped(value.shape, short)),
      real.map((a) => a - short.filter((s) => s < a).length),
      shift,
    );
  }
  if (real.length === 0) return value;
  if (real.some((a) => value.shape[a] === 0)) {
    return fill(dropped(value.shape, real), ofNothing(op, value.dtype), value.dtype);
  }
  return emitOne(op, [value], { axes: real, shift }, dropped(value.shape, real), value.dtype);
}

/** Sums over the given axes, which are dropped. */
export function sum(value: Value, axes: readonly number[]): Value {
  const number = fillOf(value), lengths = axes.map((a) => value.shape[a]), rest = dropped(value.shape, axes);
  if (number === 0 || lengths.includes(0)) return fill(rest, 0, value.dtype);
  if (number !== undefined && isStatic(lengths)) {
    const total = number * evaluate(sizeOf(lengths), new Map());
    return fill(rest, held(total, value.dtype), value.dtype);
  }
  // A sum of a sum is one sum.
  if (value.node?.op === ReduceSum && value.graph === value.node.inputs[0].graph) {
    const inner: readonly number[] = value.node.attrs.axes;
    const outer = value.node.inputs[0].shape.map((_, i) => i).filter((i) => !inner.includes(i));
    return sum(value.node.inputs[0], [...inner, ...axes.map((a) => outer[a])]);
  }
  // A number spread over an axis sums to a multiple of itself.
  if (value.node?.op === Expand) {
    const [source] = value.node.inputs, offset = value.shape.length - source.shape.length;
    const free = axes.filter((a) =>
      (a < offset || source.shape[a - offset] === 1) && typeof value.shape[a] === "number"
    );
    if (free.length > 0) {
      const count = free.reduce((n, a) => n * (value.shape[a] as number), 1);
      const rest = axes.filter((a) => !free.includes(a)).map((a) => a - free.filter((f) => f < a).length);
      const target = dropped(value.shape, free);
      const rows = reshape(source, source.shape.filter((_, i) => !free.includes(i + offset)));
      const narrow = expand(rows, target);
      return sum(mul(narrow, scalar(count, value.dtype)), rest);
    }
  }
  return reduce(ReduceSum, value, axes);
}

/** Returns a length as a float, which is counted in a run where it is symbolic. */
export function count(size: Size): Value {
  if (typeof size === "number") return scalar(size);
  const terms = [...size.terms].map(([monomial, factor]) => {
    const lengths = monomial === "" ? [] : monomial.split("*").map(symbol);
    return mul(scalar(factor), sum(fill(lengths, 1), lengths.map((_, i) => i)));
  });
  return terms.reduce(add);
}

/** Largest element over the given axes, which are dropped. */
export function max(value: Value, axes: readonly number[], shift?: true): Value {
  return reduce(ReduceMax, value, axes, shift);
}

/** Smallest element over the given axes, which are dropped. */
export function min(value: Value, axes: readonly number[]): Value {
  return reduce(ReduceMin, value, axes);
}

/** Sums `value` down to `shape`: the adjoint of broadcasting from it. */
export function sumTo(value: Value, shape: Sizes): Value {
  if (sameShape(value.shape, shape)) return value;
  const extra = value.shape.length - shape.length;
  const axes = value.shape.map((_, i) => i).filter((i) =>
    i < extra || (shape[i - extra] === 1 && value.shape[i] !== 1)
  );
  return reshape(sum(value, axes), shape);
}
