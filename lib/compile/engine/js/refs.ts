import type { Value } from "../../ir/graph.ts";
import { addSizes, mulSizes, sameShape, type Size, sizeOf, type Sizes } from "../../ir/size.ts";

/** A place in a buffer: a number of elements, plus a stride for each enclosing loop's step. */
export interface Offset {
  readonly base: Size;
  readonly steps: readonly { readonly loop: string; readonly stride: Size }[];
}

/** Elements of a root, a value stored in row-major order, at an offset and with strides. */
export interface View {
  readonly kind: "view";
  readonly root: Value;
  readonly offset: Offset;
  /** 0 for axes of length 1. */
  readonly strides: Sizes;
}

/** The place of a value's numbers: one number known now, a local variable, or memory. */
export type Ref =
  | { readonly kind: "fill"; readonly number: number }
  | { readonly kind: "scalar"; readonly root: Value }
  | View;

/** The start of a buffer. */
export const START: Offset = { base: 0, steps: [] };

/** `offset` moved on by a number of elements. */
export function moved(offset: Offset, by: Size): Offset {
  return by === 0 ? offset : { ...offset, base: addSizes(offset.base, by) };
}

/** Returns the sum of two offsets. */
export function joined(a: Offset, b: Offset): Offset {
  return { base: addSizes(a.base, b.base), steps: [...a.steps, ...b.steps] };
}

/** `offset` moved on by `stride` elements a step of a loop. */
export function stepped(offset: Offset, loop: string, stride: Size): Offset {
  return stride === 0 ? offset : { ...offset, steps: [...offset.steps, { loop, stride }] };
}

/** Returns whether an offset is the start of its buffer. */
export function isStart({ base, steps }: Offset): boolean {
  return base === 0 && steps.length === 0;
}

/** Returns the strides of a row-major array. */
export function contiguous(shape: Sizes): Size[] {
  const strides: Size[] = Array(shape.length);
  let stride: Size = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = shape[i] === 1 ? 0 : stride;
    stride = mulSizes(stride, shape[i]);
  }
  return strides;
}

/** Returns a view of a whole root. */
export function whole(root: Value): View {
  return { kind: "view", root, offset: START, strides: contiguous(root.shape) };
}

/** Returns whether a view of the given shape is all of its root, in order. */
export function isWhole(ref: Ref, shape: Sizes): boolean {
  return ref.kind === "view" && isStart(ref.offset) && sizeOf(ref.root.shape) === sizeOf(shape) &&
    sameShape(ref.strides, contiguous(shape));
}

/** Returns a shape without its axes of length 1: the loops that run over it. */
export function spaceOf(shape: Sizes): Size[] {
  return shape.filter((s) => s !== 1);
}

/** Returns the strides of a value of shape `from` broadcast to `to`, for the loops over `to`. */
export function aligned(strides: Sizes, from: Sizes, to: Sizes): Size[] {
  const extra = to.length - from.length;
  return to.flatMap((s, i) => s === 1 ? [] : [i < extra || from[i - extra] === 1 ? 0 : strides[i - extra]]);
}

/** Returns the strides of a view of shape `from` as one of shape `to`, if there are any. */
export function reshaped(strides: Sizes, from: Sizes, to: Sizes): Size[] | undefined {
  if (sameShape(strides, contiguous(from))) return contiguous(to);
  const old = from.flatMap((s, i) => s === 1 ? [] : [{ size: s, stride: strides[i] }]);
  const fresh = to.map((size) => ({ size, stride: 0 as Size }));
  const long = fresh.filter((a) => a.size !== 1);
  for (let i = 0, j = 0; i < old.length || j < long.length;) {
    // The shortest runs of axes, on both sides, with equal numbers of elements.
    let m = i + 1, n = j + 1;
    if (i >= old.length || j >= long.length) return undefined;
    let a = old[i].size, b = long[j].size;
    while (a !== b) {
      const shorter = typeof a === "number" && typeof b === "number" ? a < b : typeof a === "number";
      if (shorter ? m >= old.length : n >= long.length) return undefined;
      if (shorter) a = mulSizes(a, old[m++].size);
      else b = mulSizes(b, long[n++].size);
    }
    for (let k = i; k + 1 < m; k++) {
      if (old[k].stride !== mulSizes(old[k + 1].stride, old[k + 1].size)) return undefined;
    }
    let stride = old[m - 1].stride;
    for (let k = n - 1; k >= j; k--) {
      long[k].stride = stride;
      stride = mulSizes(stride, long[k].size);
    }
    [i, j] = [m, n];
  }
  return fresh.map((a) => a.stride);
}
