import type { DType, Node, Value } from "../../ir/graph.ts";
import { sameShape, type Size, type Sizes } from "../../ir/size.ts";
import { contiguous, isStart, type Ref, spaceOf } from "./refs.ts";
import type { Writer } from "./writer.ts";

/** One operand of a fused loop: where element (i, j ...) of the loop's space is read. */
export interface Operand {
  readonly ref: Ref;
  readonly dtype: DType;
  /** Strides over the space; unused where `ref` is no view. */
  readonly strides: Sizes;
  /** The limits within which the element is read; elsewhere it is `otherwise`. */
  readonly guard?: {
    readonly limits: readonly { axis: number; from: Size; to: Size }[];
    readonly otherwise: number;
  };
  /** Moved on by an index that is read from memory. */
  readonly indirect?: { readonly index: Operand; readonly stride: Size; readonly length: Size };
  /** The operand is the loop's own counter of this axis. */
  readonly counter?: number;
}

/** A value computed element by element. */
export interface Pointwise {
  readonly kind: "pointwise";
  readonly space: Sizes;
  readonly value: Value;
  readonly operands: readonly Operand[];
  /** The node that it computes; undefined for a copy of the operand. */
  readonly node?: Node;
  /** Returns the element from the operands' elements; `name` gives intermediate results a name. */
  write(args: readonly string[], name?: (text: string) => string): string;
  /** The place of the elements within the value, if they are only a part of it. */
  readonly part?: { readonly offset: Size; readonly strides: Sizes };
}

/** Returns the item that computes a value from operands; by default it copies the only one. */
export function pointwise(
  value: Value,
  operands: readonly Operand[],
  write: Pointwise["write"] = ([x]) => x,
): Pointwise {
  return { kind: "pointwise", space: spaceOf(value.shape), value, operands, write };
}

/** A reduction of one operand over some axes of the space. */
export interface Reduction {
  readonly kind: "reduction";
  readonly space: Sizes;
  readonly value: Value;
  readonly operand: Operand;
  readonly by: "sum" | "max" | "min";
  readonly axes: readonly number[];
}

/** Anything with loops of its own. */
interface Opaque {
  readonly kind: "opaque";
  readonly values: readonly Value[];
  /** The values it reads from memory or from variables. */
  readonly uses: readonly Value[];
  write(w: Writer): void;
}

/** One thing to be computed. */
export type Item = Pointwise | Reduction | Opaque;

/** Items that share a loop, or one opaque item. */
export interface Group {
  readonly space: Sizes | undefined;
  /** True where all can be in a loop of vectors, false where none; undefined where it is short. */
  readonly inVectors?: boolean;
  readonly items: Item[];
}

/** Returns whether only trailing axes are reduced: the result is then a local variable. */
export function reducesTrailing({ space, axes }: Reduction): boolean {
  return axes.every((a) => a >= space.length - axes.length);
}

/** A last axis of fewer elements than a vector has lanes leaves loops over it none. */
const SHORT = 4;

/** From this many elements along the axis before short ones on, a loop over that one is better. */
const LONG = 64;

/**
 * Returns the long axis of a space behind which there are short ones only; undefined where there
 * are none. Loops in vectors may go along the long one, with totals over the short ones added up in
 * memory.
 */
export function longAxis(space: Sizes): number | undefined {
  const isShort = (size: Size) => typeof size === "number" && size > 1 && size < SHORT;
  const axis = space.findLastIndex((size) => !isShort(size)), size = space[axis];
  return axis < space.length - 1 && typeof size === "number" && size >= LONG ? axis : undefined;
}

/** Longer loop bodies are more than V8's optimising compiler takes on, in JavaScript. */
const MAX_ITEMS = 300, MAX_IN_VECTORS = 2000;

/** Tells whether a group's loop body may grow. */
export const hasRoom = ({ items, inVectors }: Group): boolean =>
  items.length < (inVectors ? MAX_IN_VECTORS : MAX_ITEMS);

/** Returns whether the group computes the value element by element, for others in it to use. */
export function isLocal(group: Group, value: Value): boolean {
  return group.items.some((i) => i.kind === "pointwise" && i.value === value && !i.part);
}

/** Returns the roots that an item reads, each as often as it is read. */
export function usesOf(item: Item): { value: Value; identity: boolean }[] {
  if (item.kind === "opaque") return item.uses.map((value) => ({ value, identity: false }));
  const found: { value: Value; identity: boolean }[] = [];
  const visit = (o: Operand): void => {
    if (o.ref.kind !== "fill") found.push({ value: o.ref.root, identity: isIdentity(o, item.space) });
    if (o.indirect) visit(o.indirect.index);
  };
  (item.kind === "pointwise" ? item.operands : [item.operand]).forEach(visit);
  return found;
}

/** Returns whether an operand is read element by element in the order of the space. */
export function isIdentity({ ref, strides, guard, indirect }: Operand, space: Sizes): boolean {
  if (guard || indirect || ref.kind === "fill") return false;
  if (ref.kind === "scalar") return space.length === 0;
  return isStart(ref.offset) && sameShape(spaceOf(ref.root.shape), space) &&
    sameShape(strides, contiguous(space));
}
