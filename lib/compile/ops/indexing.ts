import { emitOne, type Op, requireLength, type Value } from "../ir/graph.ts";
import { mulSizes, type Size, sizeOf, type Sizes, subSizes } from "../ir/size.ts";
import { Add, binary, equal, Less, Max, Min, mul } from "./binary.ts";
import { constant, fill, fillOf, numbers, scalar } from "./constant.ts";
import { ReduceMax, ReduceMin, ReduceSum } from "./reduce.ts";
import { Expand, expand, expandDims, Reshape, reshape, stacked, Transpose, transpose } from "./shape.ts";
import { Concat, Reverse, Slice, Split, Stride } from "./slice.ts";
import { Cast } from "./unary.ts";
import { Where, where } from "./where.ts";

/**
 * Elements picked along one axis by indices of any shape. An index outside 0 to length - 1 is an
 * error in every engine but XLA, which cannot raise one: there it gives NaN (whole numbers: the
 * element at the nearer end).
 */
export const Gather: Op<{ axis: number }> = {
  name: "Gather",
  lift: ({ attrs: { axis } }, [x, indices], length) => {
    if (!x.stacked) return [moveFirst(gather(x.value, indices.value, axis), axis)];
    if (!indices.stacked) return [gather(x.value, indices.value, axis + 1)];
    // Each step picks from its own slab: fold time into the axis that is picked from.
    const slab = x.value.shape[axis + 1];
    if (typeof slab !== "number") return undefined;
    const moved = moveTo(x.value, 0, axis);
    const flat = reshape(moved, moved.shape.toSpliced(axis, 2, mulSizes(length, slab)));
    return [moveFirst(gather(flat, offset(indices.value, length, slab), axis), axis)];
  },
};

/**
 * Indices into the slabs of a stack as indices into all of them end to end: what is outside its own
 * slab is so outside all of them.
 */
function offset(indices: Value, length: Size, slab: number): Value {
  const starts = mul(iota(length), scalar(slab, "int32")), none = scalar(-1, "int32");
  const places = binary(Add, indices, reshape(starts, [length, ...indices.shape.slice(1).map(() => 1)]));
  const inside = where(binary(Less, indices, scalar(slab, "int32")), places, none);
  return isNonNegative(indices) ? inside : where(binary(Less, indices, scalar(0, "int32")), none, inside);
}

function moveTo(value: Value, from: number, to: number): Value {
  const perm = value.shape.map((_, i) => i);
  perm.splice(to, 0, ...perm.splice(from, 1));
  return transpose(value, perm);
}
const moveFirst = (value: Value, axis: number): Value => moveTo(value, axis, 0);

/** `value` at `indices` along `axis`, whose place the indices' axes take. */
export function gather(value: Value, indices: Value, axis: number): Value {
  checkIndices(indices, value.shape[axis]);
  const shape = value.shape.toSpliced(axis, 1, ...indices.shape);
  const number = fillOf(value);
  if (number !== undefined) return fill(shape, number, value.dtype);
  return emitOne(Gather, [value, indices], { axis }, shape, value.dtype);
}

/** Returns whether whole numbers are sure not to be negative. */
export function isNonNegative(value: Value): boolean {
  const { constant, node } = value;
  if (constant) return ("fill" in constant ? [constant.fill] : constant.data).every((n) => n >= 0);
  if (!node) return false;
  const { op, inputs } = node;
  if (op === ArgMax || op === TopK || op === Iota) return true;
  if (op === Cast) return inputs[0].dtype === "bool";
  if (op === Max) return inputs.some(isNonNegative);
  if (op === Gather) return isNonNegative(inputs[0]);
  return keepsSign.has(op) && inputs.every((v) => v.dtype === "bool" || isNonNegative(v));
}

/** Operations that give no negative numbers where they are given none. */
const keepsSign: ReadonlySet<Op> = new Set<Op>([
  ...[Min, Where, Reshape, Expand, Transpose, Slice, Stride, Reverse, Concat, Split],
  ...[ReduceMax, ReduceMin, ReduceSum],
]);

/** Throws where indices are not of whole numbers, or known to lie outside an axis. */
function checkIndices(indices: Value, length: Size): void {
  if (indices.dtype !== "int32") throw new Error(`Cannot take ${indices.dtype} for indices: expected int32`);
  if (indices.shape.includes(0)) return;
  if (length === 0) throw new Error("Cannot take elements of an axis of length 0: it has none");
  if (!indices.constant) return;
  const known = "fill" in indices.constant ? [indices.constant.fill] : indices.constant.data;
  let last = -1;
  for (const i of known) {
    if (i < 0 || (typeof length === "number" && i >= length)) {
      throw new Error(
        `Cannot take index ${i} of an axis of length ${length}: expected 0 to ${subSizes(length, 1)}`,
      );
    }
    last = Math.max(last, i);
  }
  requireLength(subSizes(length, last + 1), `index ${last} of an axis of length ${length}`);
}

/** The adjoint of `gather`: updates added up at their indices in zeros of the given shape. */
export const ScatterAdd: Op<{ axis: number; shape: Sizes }> = {
  name: "ScatterAdd",
  lift: ({ attrs: { axis, shape } }, [updates, indices], length) => {
    if (!indices.stacked) return [scatterAdd(updates.value, indices.value, axis + 1, [length, ...shape])];
    // Each step adds into its own slab: the slabs end to end are one axis to add into.
    const slab = shape[axis];
    if (typeof slab !== "number") return undefined;
    const moved = moveTo(stacked(updates, length), 0, axis), places = offset(indices.value, length, slab);
    const added = scatterAdd(moved, places, axis, shape.with(axis, mulSizes(length, slab)));
    return [moveFirst(reshape(added, shape.toSpliced(axis, 0, length)), axis)];
  },
};

/** Adds `updates` (shaped as `gather` gives them) into zeros of shape `shape`. */
export function scatterAdd(updates: Value, indices: Value, axis: number, shape: Sizes): Value {
  checkIndices(indices, shape[axis]);
  if (fillOf(updates) === 0) return fill(shape, 0, updates.dtype);
  return emitOne(ScatterAdd, [updates, indices], { axis, shape }, shape, updates.dtype);
}

/**
 * The permutation that brings the axes of updates that belong to indices to the front, and the one
 * that then brings the axis they index back to its place.
 */
export function indexedFirst(axis: number, rank: number, k: number): { there: number[]; back: number[] } {
  const axes = Array.from({ length: rank }, (_, i) => i);
  const there = [...axes.slice(axis, axis + k), ...axes.slice(0, axis), ...axes.slice(axis + k)];
  const order = [axis, ...Array.from({ length: rank - k + 1 }, (_, i) => i).toSpliced(axis, 1)];
  return { there, back: order.map((_, i) => order.indexOf(i)) };
}

/** 0, 1, 2 ... as int32. */
export const Iota: Op<{ length: Size }> = { name: "Iota" };

/** Returns the integers from 0 up to before `length`. */
export function iota(length: Size): Value {
  return typeof length === "number"
    ? constant(Int32Array.from({ length }, (_, i) => i), [length], "int32")
    : emitOne(Iota, [fill([], 0, "int32")], { length }, [length], "int32");
}

/** The index of the largest (or smallest) element of an axis, the first at a tie. */
export const ArgMax: Op<{ axis: number; smallest: boolean }> = {
  name: "ArgMax",
  takes: numbers,
  lift: ({ attrs }, [x]) => [argMax(x.value, attrs.axis + 1, attrs.smallest)],
};

/** Index of the extreme element along `axis`, which is dropped. */
export function argMax(value: Value, axis: number, smallest = false): Value {
  const shape = value.shape.toSpliced(axis, 1);
  if (value.shape[axis] === 0) return fill(shape, 0, "int32");
  return emitOne(ArgMax, [value], { axis, smallest }, shape, "int32");
}

/** True where the index on a new last axis equals the value. */
export function oneHot(indices: Value, depth: Size): Value {
  return equal(expandDims(indices, -1), iota(depth));
}

/** Running sums along an axis. */
export const CumSum: Op<{ axis: number; exclusive: boolean; reverse: boolean }> = {
  name: "CumSum",
  takes: numbers,
  lift: ({ attrs }, [x]) => [cumSum(x.value, attrs.axis + 1, attrs.exclusive, attrs.reverse)],
};

/** Records running sums (`exclusive`: without the element itself; `reverse`: from the end). */
export function cumSum(value: Value, axis: number, exclusive = false, reverse = false): Value {
  return emitOne(CumSum, [value], { axis, exclusive, reverse }, value.shape, value.dtype);
}

/** Places of the `count` largest (or smallest) elements of the last axis, sorted. */
export const TopK: Op<{ count: number; smallest: boolean }> = {
  name: "TopK",
  takes: numbers,
  lift: ({ attrs }, [x]) => [topK(x.value, attrs.count, attrs.smallest)],
};

/** int32 indices of the `count` largest (smallest) elements of the last axis, in order. */
export function topK(value: Value, count: number, smallest = false): Value {
  return emitOne(TopK, [value], { count, smallest }, [...value.shape.slice(0, -1), count], "int32");
}

/** Picks elements of each row of the last axis by the indices of that row. */
export function takeAlongLast(value: Value, indices: Value): Value {
  const depth = value.shape.at(-1)!, width = indices.shape.at(-1)!, rows = sizeOf(value.shape.slice(0, -1));
  if (typeof depth !== "number") {
    throw new Error(`Cannot gather in a loop from an axis of symbolic length ${depth}`);
  }
  const flat = reshape(value, [mulSizes(rows, depth)]);
  const offsets = mul(expand(reshape(iota(rows), [rows, 1]), [rows, width]), scalar(depth, "int32"));
  return reshape(gather(flat, binary(Add, reshape(indices, [rows, width]), offsets), 0), indices.shape);
}
