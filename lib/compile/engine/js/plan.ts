import type { Value } from "../../ir/graph.ts";
import { type Group, type Pointwise, usesOf } from "./items.ts";
import type { Ref } from "./refs.ts";

/** One reading of a value: the group, and whether element by element in the order of writing. */
interface Use {
  readonly group: Group | "end";
  readonly identity: boolean;
}

/** The plan of one graph: groups in order, and the places of its outputs. */
export class Plan {
  readonly groups: Group[] = [];
  readonly made: Map<Value, Set<Group>> = new Map();
  /** Values read here or in loops inside. */
  readonly used: Map<Value, Use[]> = new Map();
  outputs: Ref[] = [];

  use(value: Value, group: Group | "end", identity = false): void {
    const uses = this.used.get(value);
    if (uses) uses.push({ group, identity });
    else this.used.set(value, [{ group, identity }]);
  }

  /** Moves a group that comes after a place to before it, if all that it needs is made before. */
  advance(group: Group, place: number): void {
    const { groups } = this, from = groups.indexOf(group);
    if (from < place) return;
    let to = 0;
    for (const [value, uses] of this.used) {
      if (!uses.some((use) => use.group === group)) continue;
      for (const maker of this.made.get(value) ?? []) {
        if (maker !== group) to = Math.max(to, groups.indexOf(maker) + 1);
      }
    }
    if (to > place) return;
    groups.splice(from, 1);
    groups.splice(to, 0, group);
  }

  /** Takes note that an element-wise item has moved to another group. */
  move(item: Pointwise, from: Group, to: Group): void {
    this.made.set(item.value, new Set([to]));
    for (const { value, identity } of usesOf(item)) {
      const uses = this.used.get(value)!,
        at = uses.findIndex((u) => u.group === from && u.identity === identity);
      uses[at] = { group: to, identity };
    }
  }
}
