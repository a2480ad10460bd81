import type { Reduced } from "./reductions.ts";
import type { GroupSteps, Step } from "./steps.ts";

/** The steps that take each step, and undefined where it is stored or summed up. */
export type Users = Map<Step, (Step | undefined)[]>;

/** Returns the users of all steps. */
export function usersOf({ steps, stores }: GroupSteps, reductions: readonly Reduced[]): Users {
  const users: Users = new Map(steps.map((step) => [step, []]));
  for (const step of steps) {
    for (const source of step.sources) if (source.kind === "step") users.get(source)!.push(step);
  }
  // What is stored or summed up has a user that no side contains.
  for (const { from } of stores) users.get(from)!.push(undefined);
  for (const { source } of reductions) if (source.kind === "step") users.get(source)!.push(undefined);
  return users;
}

/** Returns the steps that only one side of a choice needs, in the loop of the choice itself. */
export function stepsOfSide(
  steps: readonly Step[],
  users: Users,
  choice: Step,
  number: number,
): ReadonlySet<Step> {
  const root = choice.sources[number], own = new Set<Step>(), candidates = new Set<Step>();
  if (root.kind !== "step" || choice.sources.filter((s) => s === root).length > 1) return own;
  candidates.add(root);
  // Backwards, so that all users of a step come before it.
  for (let i = steps.indexOf(root); i >= 0 && candidates.size > 0; i--) {
    const step = steps[i];
    if (!candidates.delete(step) || step.level !== choice.level) continue;
    const isOwn = users.get(step)!.every((user) =>
      user && (own.has(user) || step === root && user === choice)
    );
    if (!isOwn) continue;
    own.add(step);
    for (const source of step.sources) if (source.kind === "step") candidates.add(source);
  }
  return own;
}
