import type { Program } from "../../../compile/mod.ts";
import { paysWorkers, processors } from "../../../workers/pays.ts";
import { STEPS } from "../take_steps.ts";

/**
 * Returns a function of the seconds that a step takes here and the steps that are left, which tells
 * how many Workers these are worth, or 0. What each step costs however few there are of the loop's
 * first axis, is what Workers do not save.
 *
 * @param lead the name of that axis
 * @param size its length
 */
export function workersFor(
  program: Program,
  lead: string,
  size: number,
): (seconds: number, left: number) => number {
  const workers = Math.min(processors(), size);
  if (workers < 2) return () => 0;
  const run = (count: number, steps: number) =>
    program.predictedSeconds(new Map([[lead, count], [STEPS, steps]]));
  const step = (count: number) => run(count, 2) - run(count, 1);
  const saved = 1 - step(Math.ceil(size / workers)) / step(size);
  return (seconds, left) => paysWorkers(seconds * left, saved) ? workers : 0;
}
