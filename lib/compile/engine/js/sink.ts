import { sameShape } from "../../ir/size.ts";
import type { Value } from "../../ir/graph.ts";
import { type Group, hasRoom, isLocal, type Item, usesOf } from "./items.ts";
import type { Plan } from "./plan.ts";

/**
 * Moves element-wise items into the later loop that uses them, where one over the same space does:
 * what they compute then never goes through memory. Items were first placed as early as they can
 * be.
 */
export function sinkItems(plan: Plan): void {
  const { groups } = plan;
  for (let from = groups.length - 1; from >= 0; from--) {
    const group = groups[from];
    if (!group.space?.length || sinkGroup(plan, from)) continue;
    for (const item of [...group.items].reverse()) {
      if (item.kind !== "pointwise" || item.part) continue;
      const target = targetOf(plan, [item.value], from);
      if (!target || !usesOf(item).every(({ value }) => mayFollow(plan, group, item, value))) continue;
      group.items.splice(group.items.indexOf(item), 1);
      target.items.unshift(item);
      plan.move(item, group, target);
    }
  }
  plan.groups.splice(0, groups.length, ...groups.filter((g) => g.items.length > 0));
}

/**
 * Moves all items of a loop in vectors, which may need each other, if one later loop can have them.
 */
function sinkGroup(plan: Plan, from: number): boolean {
  const group = plan.groups[from], items = group.items.flatMap((i) => i.kind === "pointwise" ? [i] : []);
  if (!group.inVectors || items.length < group.items.length || items.some(({ part }) => part)) return false;
  const target = targetOf(plan, items.map(({ value }) => value), from);
  if (!target) return false;
  target.items.unshift(...group.items.splice(0));
  for (const item of items) plan.move(item, group, target);
  return true;
}

/** Returns the first later group that uses the values, if it can compute them just as well. */
function targetOf({ groups, used }: Plan, values: readonly Value[], from: number): Group | undefined {
  const isTogether = values.length > 1;
  const uses = values.flatMap((value) => used.get(value) ?? []).flatMap(({ group, identity }) =>
    group === "end" || isTogether && identity && group === groups[from]
      ? []
      : [{ at: groups.indexOf(group), identity }]
  );
  if (uses.length === 0) return undefined;
  const first = Math.min(...uses.map((u) => u.at)), target = groups[first];
  const fits = first > from && target.space && sameShape(target.space, groups[from].space!) &&
    target.inVectors === groups[from].inVectors && hasRoom(target);
  return fits && uses.every((u) => u.at > first || u.identity) ? target : undefined;
}

/** Returns whether an operand is in memory anyway, or can follow the item that uses it. */
function mayFollow({ used }: Plan, group: Group, item: Item, operand: Value): boolean {
  if (!isLocal(group, operand)) return true;
  const uses = used.get(operand)!;
  if (uses.some((u) => u.group !== group || !u.identity)) return true;
  return uses.length === usesOf(item).filter(({ value }) => value === operand).length;
}
