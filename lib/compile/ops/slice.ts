import { emit, emitOne, type Op, requireLength, type Value } from "../ir/graph.ts";
import { addSizes, sameShape, type Size, type Sizes, subSizes } from "../ir/size.ts";
import { fill, fillOf } from "./constant.ts";
import { stacked } from "./shape.ts";

/** A box of consecutive elements. */
export const Slice: Op<{ begin: Sizes; size: Sizes }> = {
  name: "Slice",
  lift: ({ attrs: { begin, size } }, [x], length) => [slice(x.value, [0, ...begin], [length, ...size])],
};

const isBelow = (rest: Size): boolean => typeof rest === "number" && rest < 0;

/** Elements `begin` to `begin + size` of each axis. */
export function slice(value: Value, begin: Sizes, size: Sizes): Value {
  if (begin.length !== value.shape.length || size.length !== value.shape.length) {
    throw new Error(
      `Cannot slice [${value.shape}] from [${begin}] over [${size}]: expected ${value.shape.length} numbers each`,
    );
  }
  size.forEach((s, i) => {
    const length = value.shape[i], from = begin[i], rest = subSizes(length, addSizes(from, s));
    if ((typeof from === "number" && from < 0) || (typeof s === "number" && s < 0) || isBelow(rest)) {
      throw new Error(
        `Cannot slice axis ${i} of [${value.shape}] from ${from} to ${
          addSizes(from, s)
        }: it has length ${length}`,
      );
    }
    requireLength(rest, `a slice from ${from} to ${addSizes(from, s)} of an axis of length ${length}`);
  });
  if (sameShape(value.shape, size)) return value;
  const number = fillOf(value);
  if (number !== undefined) return fill(size, number, value.dtype);
  return emitOne(Slice, [value], { begin, size }, size, value.dtype);
}

/** Every `step`-th element of one axis, from `begin` to before `end`; the step may be negative. */
export const Stride: Op<{ axis: number; begin: number; end: number; step: number }> = {
  name: "Stride",
  lift: ({ attrs }, [x]) => [stride(x.value, attrs.axis + 1, attrs.begin, attrs.end, attrs.step)],
};

/** Puts `by - 1` zeros between the elements of an axis. */
export function spaceOut(value: Value, axis: number, by: number): Value {
  const parts: Value[] = [], steps = value.shape[axis] as number;
  for (let i = 0; i < steps; i++) {
    parts.push(slice(value, value.shape.map((_, k) => k === axis ? i : 0), value.shape.with(axis, 1)));
    if (i < steps - 1) parts.push(fill(value.shape.with(axis, by - 1), 0, value.dtype));
  }
  return concat(parts, axis);
}

/** Elements begin, begin + step, ... of one axis of static length. */
export function stride(value: Value, axis: number, begin: number, end: number, step: number): Value {
  const shape = value.shape.with(axis, Math.max(0, Math.ceil((end - begin) / step)));
  const number = fillOf(value);
  if (number !== undefined) return fill(shape, number, value.dtype);
  return emitOne(Stride, [value], { axis, begin, end, step }, shape, value.dtype);
}

/** The elements of one axis in reverse order. */
export const Reverse: Op<{ axis: number }> = {
  name: "Reverse",
  lift: ({ attrs: { axis } }, [x]) => [reverse(x.value, axis + 1)],
};

/** Turns one axis around. */
export function reverse(value: Value, axis: number): Value {
  if (value.shape[axis] === 1 || fillOf(value) !== undefined) return value;
  return emitOne(Reverse, [value], { axis }, value.shape, value.dtype);
}

/** Elements added around a value. */
export const Pad: Op<{ padding: readonly (readonly [Size, Size])[]; number: number }> = {
  name: "Pad",
  lift: ({ attrs: { padding, number } }, [x]) => [pad(x.value, [[0, 0], ...padding], number)],
};

/** Adds `before` and `after` elements equal to `number` on each axis. */
export function pad(value: Value, padding: readonly (readonly [Size, Size])[], number = 0): Value {
  if (padding.length !== value.shape.length) {
    throw new Error(
      `Cannot pad [${value.shape}] by [${
        padding.map((p) => `[${p}]`)
      }]: expected ${value.shape.length} pairs, ` +
        "one for each axis",
    );
  }
  if (padding.every(([before, after]) => before === 0 && after === 0)) return value;
  const shape = value.shape.map((s, i) => addSizes(s, addSizes(padding[i][0], padding[i][1])));
  if (Object.is(fillOf(value), number)) return fill(shape, number, value.dtype);
  return emitOne(Pad, [value], { padding, number }, shape, value.dtype);
}

/** Values joined along an axis. */
export const Concat: Op<{ axis: number }> = {
  name: "Concat",
  lift: ({ attrs: { axis } }, inputs, length) => [concat(inputs.map((x) => stacked(x, length)), axis + 1)],
};

/** The most values that are joined at once because some were joined before. */
const MOST_PARTS = 64;

/** Returns what values were joined from along an axis, so that nothing is copied twice. */
function partsOf(values: readonly Value[], axis: number): readonly Value[] {
  const parts = values.flatMap((value) => {
    const { node } = value;
    return node?.op === Concat && node.attrs.axis === axis ? node.inputs : [value];
  });
  return parts.length <= MOST_PARTS ? parts : values;
}

/** Joins values along an axis. Throws where their types, or their lengths on other axes, differ. */
export function concat(given: readonly Value[], axis: number): Value {
  const [first] = given;
  for (const { shape, dtype } of given) {
    if (dtype === first.dtype && sameShape(shape.with(axis, 0), first.shape.with(axis, 0))) continue;
    throw new Error(
      `Cannot join ${first.dtype}[${first.shape}] and ${dtype}[${shape}] along axis ${axis}: their types, ranks and ` +
        "lengths on all other axes must be the same",
    );
  }
  if (given.length === 1) return first;
  const values = partsOf(given, axis),
    shape = first.shape.with(axis, given.map((v) => v.shape[axis]).reduce(addSizes));
  const number = fillOf(values[0]);
  if (number !== undefined && values.every((v) => Object.is(fillOf(v), number))) {
    return fill(shape, number, values[0].dtype);
  }
  // All parts of one split, in order, are the value that was split.
  const node = values[0].node;
  if (
    node?.op === Split && node.attrs.axis === axis && node.outputs.length === values.length &&
    node.outputs.every((o, i) => o === values[i])
  ) {
    return node.inputs[0];
  }
  return emitOne(Concat, [...values], { axis }, shape, values[0].dtype);
}

/** A value cut along an axis into consecutive parts. */
export const Split: Op<{ axis: number; sizes: readonly number[] }> = {
  name: "Split",
  lift: ({ attrs: { axis, sizes } }, [x]) => split(x.value, sizes, axis + 1),
};

/** Cuts a value along an axis into parts of the given sizes. */
export function split(value: Value, sizes: readonly number[], axis: number): Value[] {
  const length = value.shape[axis], total = sizes.reduce((a, b) => a + b, 0);
  if (sizes.some((s) => s < 0) || (typeof length === "number" && total !== length)) {
    throw new Error(
      `Cannot split axis ${axis} of [${value.shape}] into [${sizes}]: they must add up to its length`,
    );
  }
  if (sizes.length === 1) return [value];
  return emit(
    Split,
    [value],
    { axis, sizes },
    sizes.map((size) => [value.shape.with(axis, size), value.dtype]),
  );
}
