import { emitOne, type Lifted, type Op, type Value } from "../ir/graph.ts";
import { mulSizes, sameShape, type Size, sizeOf, type Sizes } from "../ir/size.ts";
import { fill, fillOf } from "./constant.ts";

/** Same numbers, another shape. */
export const Reshape: Op<{ shape: Sizes }> = {
  name: "Reshape",
  lift: (node, [x], length) => [reshape(x.value, [length, ...node.attrs.shape])],
};

/** Broadcasting to a larger shape. */
export const Expand: Op<{ shape: Sizes }> = {
  name: "Expand",
  lift: (node, [x], length) => [expand(raiseRank(x, node.attrs.shape.length), [length, ...node.attrs.shape])],
};

/** A permutation of the axes. */
export const Transpose: Op<{ perm: readonly number[] }> = {
  name: "Transpose",
  lift: ({ attrs: { perm } }, [x]) => [transpose(x.value, [0, ...perm.map((p) => p + 1)])],
};

/** Gives `value` another shape of the same size. */
export function reshape(value: Value, shape: Sizes): Value {
  if (sameShape(value.shape, shape)) return value;
  if (sizeOf(value.shape) !== sizeOf(shape)) {
    throw new Error(`Cannot reshape [${value.shape}] to [${shape}]: their sizes differ`);
  }
  const number = fillOf(value);
  if (number !== undefined) return fill(shape, number, value.dtype);
  if (value.node?.op === Reshape) return reshape(value.node.inputs[0], shape);
  return emitOne(Reshape, [value], { shape }, shape, value.dtype);
}

/** Broadcasts `value` to `shape`. */
export function expand(value: Value, shape: Sizes): Value {
  if (sameShape(value.shape, shape)) return value;
  const number = fillOf(value);
  if (number !== undefined) return fill(shape, number, value.dtype);
  if (value.node?.op === Expand) return expand(value.node.inputs[0], shape);
  return emitOne(Expand, [value], { shape }, shape, value.dtype);
}

/** Permutes the axes: axis `i` of the result is axis `perm[i]` of `value`. */
export function transpose(value: Value, perm: readonly number[]): Value {
  if (perm.every((p, i) => p === i)) return value;
  const shape = perm.map((p) => value.shape[p]);
  const number = fillOf(value);
  if (number !== undefined) return fill(shape, number, value.dtype);
  if (value.node?.op === Transpose) {
    const inner: readonly number[] = value.node.attrs.perm;
    return transpose(value.node.inputs[0], perm.map((p) => inner[p]));
  }
  // Moving axes of length 1 about moves no number.
  const long = perm.filter((p) => value.shape[p] !== 1);
  if (long.every((p, i) => i === 0 || long[i - 1] < p)) return reshape(value, shape);
  return emitOne(Transpose, [value], { perm }, shape, value.dtype);
}

/** Inserts axes of length 1 behind a lifted operand's time axis, so that it broadcasts. */
export function raiseRank({ value, stacked }: Lifted, rank: number): Value {
  if (!stacked) return value;
  const [length, ...rest] = value.shape;
  return rest.length >= rank
    ? value
    : reshape(value, [length, ...Array(rank - rest.length).fill(1), ...rest]);
}

/** Returns a lifted operand with its time axis made explicit. */
export function stacked({ value, stacked }: Lifted, length: Size): Value {
  return stacked ? value : expand(reshape(value, [1, ...value.shape]), [length, ...value.shape]);
}

/** Inserts an axis of length 1. */
export function expandDims(value: Value, axis: number): Value {
  return reshape(value, value.shape.toSpliced(axis < 0 ? value.shape.length + 1 + axis : axis, 0, 1));
}

/** Repeats `value` along each axis. */
export function tile(value: Value, repeats: Sizes): Value {
  let result = value;
  repeats.forEach((count, axis) => {
    if (count === 1) return;
    const { shape } = result;
    if (shape[axis] === 1) {
      result = expand(result, shape.with(axis, count));
      return;
    }
    const apart = reshape(result, shape.toSpliced(axis, 0, 1));
    const spread = expand(apart, shape.toSpliced(axis, 0, count));
    result = reshape(spread, shape.with(axis, mulSizes(count, shape[axis])));
  });
  return result;
}

/** Turns a negative axis into one counted from the left. */
export function normalAxis(axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new Error(`Invalid axis ${axis}: a value of rank ${rank} has axes ${-rank} to ${rank - 1}`);
  }
  return axis < 0 ? axis + rank : axis;
}
