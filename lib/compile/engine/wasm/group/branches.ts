import { Div } from "../../../ops/binary.ts";
import { Sqrt } from "../../../ops/unary.ts";
import { Where } from "../../../ops/where.ts";
import { slow } from "../operations.ts";
import type { Reduced } from "./reductions.ts";
import type { GroupSteps, Step } from "./steps.ts";

/** The steps that only one side of a choice needs, of the sides where leaving them out pays. */
export interface Branches {
  readonly chosen?: ReadonlySet<Step>;
  readonly otherwise?: ReadonlySet<Step>;
}

/** The cost of a side, in additions, from which on asking whether a lane needs it pays. */
const LEAST = 16;

function cost({ item: { node } }: Step): number {
  if (!node) return 0;
  return slow.has(node.op) ? 20 : node.op === Div || node.op === Sqrt ? 4 : 1;
}

/**
 * Finds the choices (`tf.where`) of which a side is computed only where a lane takes it: often all
 * lanes are of one kind, as a truncated normal's draws are not in its far tails. A step belongs to
 * a side where nothing else needs it, in the loop of the choice itself.
 */
export function branchesOf(
  { steps, stores }: GroupSteps,
  reductions: readonly Reduced[],
): Map<Step, Branches> {
  const users = new Map<Step, (Step | undefined)[]>(steps.map((step) => [step, []]));
  for (const step of steps) {
    for (const source of step.sources) if (source.kind === "step") users.get(source)!.push(step);
  }
  // What is stored or summed up has a user that no side contains.
  for (const { from } of stores) users.get(from)!.push(undefined);
  for (const { source } of reductions) if (source.kind === "step") users.get(source)!.push(undefined);

  const places = new Map(steps.map((step, i) => [step, i]));
  const sideOf = (choice: Step, number: number): ReadonlySet<Step> | undefined => {
    const root = choice.sources[number], other = choice.sources[3 - number];
    const own = new Set<Step>(), candidates = new Set<Step>();
    // A density beside -Infinity is usually needed, and shares exponentials with its derivative.
    if (other.kind === "number" && !Number.isFinite(other.number)) return undefined;
    if (root.kind !== "step" || choice.sources.filter((s) => s === root).length > 1) return undefined;
    candidates.add(root);
    // Backwards, so that all users of a step come before it.
    for (let i = places.get(root)!; i >= 0 && candidates.size > 0; i--) {
      const step = steps[i];
      if (!candidates.delete(step) || step.level !== choice.level) continue;
      const isOwn = users.get(step)!.every((user) =>
        user && (own.has(user) || step === root && user === choice)
      );
      if (!isOwn) continue;
      own.add(step);
      for (const source of step.sources) if (source.kind === "step") candidates.add(source);
    }
    return [...own].reduce((sum, step) => sum + cost(step), 0) >= LEAST ? own : undefined;
  };

  const found = new Map<Step, Branches>();
  for (const step of steps) {
    if (step.item.node?.op !== Where) continue;
    const chosen = sideOf(step, 1), otherwise = sideOf(step, 2);
    if (chosen || otherwise) found.set(step, { chosen, otherwise });
  }
  return found;
}
