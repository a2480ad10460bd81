import type { Value } from "../../ir/graph.ts";
import { sameShape, sizeOf, type Sizes } from "../../ir/size.ts";
import { type Item, type Pointwise, pointwise } from "./items.ts";
import { LoopWriter } from "./loops.ts";
import type { Location } from "./memory.ts";
import type { Plan } from "./plan.ts";
import type { Planner } from "./planner.ts";
import { contiguous, isWhole, type Ref, spaceOf, whole } from "./refs.ts";
import type { Writer } from "./writer.ts";

/** Returns the item that stores the view `ref`, of the shape of `value`, in `target`. */
export function copyInto(target: Value, p: Planner, ref: Ref, { shape, dtype }: Value): Pointwise {
  const space = spaceOf(shape), part = { offset: 0, strides: contiguous(space) };
  return { ...pointwise(target, [p.operandOf(ref, dtype, shape, shape)]), space, part };
}

/** Elements from which the copy of a whole array is faster than a loop. */
const LONG = 256;

/** Writes the copy of an array to a place of another of its type; false for other items. */
function writeWhole(w: Writer, item: Item): boolean {
  if (item.kind !== "pointwise" || item.node || !item.part) return false;
  const { space, part, value, operands: [{ ref, strides, guard, indirect, counter }] } = item;
  const length = sizeOf(space), isRead = ref.kind === "view" && !guard && !indirect && counter === undefined;
  if (!isRead || (typeof length === "number" && length < LONG)) return false;
  if (![strides, part.strides].every((s) => sameShape(s, contiguous(space)))) return false;
  const target = { ...whole(value), offset: { base: part.offset, steps: [] } };
  const [from, to] = [ref, target].map((view) => w.memory.location(view.root).buffer.type);
  if (from !== to) return false;
  const read = w.start(ref), written = w.start(target), start = w.sum(read.terms);
  const end = w.sum([...read.terms, w.size(length)]);
  w.line(`${written.array}.set(${read.array}.subarray(${start}, ${end}), ${w.sum(written.terms)});`);
  return true;
}

/** Writes items that do not depend on each other, those of one shape in one loop. */
export function writeCopies(w: Writer, items: readonly Item[]): void {
  const groups: { space: Sizes; items: Item[] }[] = [];
  for (const item of items) {
    if (item.kind === "opaque" || writeWhole(w, item)) continue;
    const group = groups.find((g) => sameShape(g.space, item.space));
    if (group) group.items.push(item);
    else groups.push({ space: item.space, items: [item] });
  }
  for (const group of groups) new LoopWriter(w, group, (v) => v.shape.some((s) => s !== 1)).write();
}

/** Stores an output in its place as it is computed, unless it has another place. */
export function bindOutput(
  p: Planner,
  plan: Plan,
  ref: Ref,
  value: Value,
  place: () => Location,
): boolean {
  if (
    ref.kind !== "view" || !plan.made.has(ref.root) || !isWhole(ref, value.shape) ||
    p.storage.isBound(ref.root)
  ) return false;
  p.storage.bind(ref.root, place);
  return true;
}
