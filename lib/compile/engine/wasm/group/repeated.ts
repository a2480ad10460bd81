import { Where } from "../../../ops/where.ts";
import type { Reduced } from "./reductions.ts";
import type { GroupSteps, Source, Step } from "./steps.ts";
import { stepsOfSide, type Users, usersOf } from "./users.ts";

/**
 * Takes out the choices within a side of a choice by the same condition, whose other value never
 * comes to light: most densities put a value of their support in place of one outside, then
 * -Infinity in place of its density.
 */
export function withoutRepeatedChoices(group: GroupSteps, reductions: readonly Reduced[]): void {
  const { steps } = group, users = usersOf(group, reductions);
  for (const choice of steps.toReversed()) {
    if (choice.item.node?.op !== Where) continue;
    for (const number of [1, 2]) {
      for (const inner of stepsOfSide(steps, users, choice, number)) {
        if (inner.item.node?.op !== Where || inner.sources[0] !== choice.sources[0]) continue;
        replace(users, inner, inner.sources[number]);
      }
    }
  }
  const isDead = (step: Step) => users.get(step)!.length === 0;
  for (const step of steps.toReversed()) {
    if (!isDead(step)) continue;
    for (const source of step.sources) drop(users, source, step);
    steps.splice(steps.indexOf(step), 1);
  }
}

function drop(users: Users, source: Source, user: Step): void {
  if (source.kind !== "step") return;
  const all = users.get(source)!;
  if (all.includes(user)) all.splice(all.indexOf(user), 1);
}

/** Gives all who use a step another value in its place. */
function replace(users: Users, step: Step, by: Source): void {
  for (const user of users.get(step)!.splice(0)) {
    const { sources } = user!;
    sources.splice(0, sources.length, ...sources.map((source) => source === step ? by : source));
    if (by.kind === "step") users.get(by)!.push(user);
  }
}
