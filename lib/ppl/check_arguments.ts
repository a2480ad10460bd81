import { describeNode } from "../tensor/mod.ts";

/**
 * Throws where the arguments of a model are no list: functions that take further options after them
 * take them as one.
 *
 * @param act the act that they are for, as in `compute the log density`
 */
export function checkArguments(act: string, args: unknown): asserts args is readonly unknown[] {
  if (Array.isArray(args)) return;
  throw new Error(
    `Cannot ${act}: found ${
      describeNode(args)
    } in the place of the model's arguments, expected a list of them, such as [x, y]`,
  );
}
