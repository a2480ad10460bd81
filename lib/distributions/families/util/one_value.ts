import { constantValues, type Tensor } from "../../../tensor/mod.ts";

/**
 * Returns the one number that a parameter has for all members of a batch.
 * @throws Error where members differ, or the number is known at run time only.
 */
export function oneValue(family: string, name: string, parameter: Tensor): number {
  const known = constantValues(parameter);
  const why = !known
    ? `its ${name} are computed, and known at run time only`
    : Array.prototype.some.call(known, (value: number) => value !== known[0])
    ? `its ${name} differ along the batch, and with them its values`
    : undefined;
  if (!why) return known![0];
  throw new Error(`Cannot list the values of ${family}: ${why}; give one number for all members`);
}

/**
 * Returns the greatest number that a parameter has in a batch.
 * @throws Error where it is known at run time only.
 */
export function greatestValue(family: string, parameter: Tensor): number {
  const known = constantValues(parameter);
  if (known) return Array.prototype.reduce.call(known, (a: any, b: any) => Math.max(a, b), 0) as number;
  throw new Error(
    `Cannot sum the probabilities of ${family}: its total counts are computed, and known at run time only; ` +
      "give them as numbers",
  );
}
