import { Div } from "../../../ops/binary.ts";
import { Sqrt } from "../../../ops/unary.ts";
import { Where } from "../../../ops/where.ts";
import { slow } from "../operations.ts";
import type { Reduced } from "./reductions.ts";
import type { GroupSteps, Step } from "./steps.ts";
import { stepsOfSide, usersOf } from "./users.ts";

/** The steps that only one side of a choice needs, of the sides where leaving them out pays. */
export interface Branches {
  readonly chosen?: ReadonlySet<Step>;
  readonly otherwise?: ReadonlySet<Step>;
}

/** The cost of a side, in additions, from which on asking whether a lane needs it pays. */
const LEAST = 8;

function cost({ item: { node } }: Step): number {
  if (!node) return 0;
  return slow.has(node.op) ? 20 : node.op === Div || node.op === Sqrt ? 4 : 1;
}

/**
 * Finds the choices (`tf.where`) of which a side is computed only where a lane takes it: often all
 * lanes are of one kind, as a truncated normal's draws are not in its far tails.
 */
export function branchesOf(group: GroupSteps, reductions: readonly Reduced[]): Map<Step, Branches> {
  const { steps } = group, users = usersOf(group, reductions), found = new Map<Step, Branches>();
  const sideOf = (choice: Step, number: number): ReadonlySet<Step> | undefined => {
    const other = choice.sources[3 - number];
    // A density beside -Infinity is usually needed, and shares exponentials with its derivative.
    if (other.kind === "number" && !Number.isFinite(other.number)) return undefined;
    const own = stepsOfSide(steps, users, choice, number);
    return [...own].reduce((sum, step) => sum + cost(step), 0) >= LEAST ? own : undefined;
  };
  for (const step of steps) {
    if (step.item.node?.op !== Where) continue;
    const chosen = sideOf(step, 1), otherwise = sideOf(step, 2);
    if (chosen || otherwise) found.set(step, { chosen, otherwise });
  }
  return found;
}
