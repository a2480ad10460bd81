import { environmentVariable } from "../system/mod.ts";
import { formatShape, sizeOf } from "./shape.ts";

/** The most bytes of an array that is made, in GB, unless PYROSAUR_ARRAY_GB says another number. */
const USUAL = 2;

let limit: number | undefined;

/** Returns the most GB that one array may take. */
function limitOf(): number {
  const given = environmentVariable("PYROSAUR_ARRAY_GB"),
    number = given === undefined ? USUAL : Number(given);
  if (number > 0) return number;
  throw new Error(`Invalid PYROSAUR_ARRAY_GB "${given}": expected a number of GB, such as ${USUAL}`);
}

/**
 * Returns what there is to say of an array that is not made because it is too large: more than 2
 * GB, or as many as the environment variable PYROSAUR_ARRAY_GB says. To be asked before memory is.
 *
 * @param bytes the bytes of one number (default 4)
 * @returns undefined where it may be made
 *
 * @example A billion numbers
 * ```ts
 * import { tooLarge } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * assert.equal(tooLarge([1000, 1000]), undefined);
 * assert.match(tooLarge([1e6, 1000])!, /^an array of shape \[1000000, 1000\] takes 4.00 GB/);
 * ```
 */
export function tooLarge(shape: readonly number[], bytes = 4): string | undefined {
  const needed = sizeOf(shape as number[]) * bytes / 1e9;
  if (needed <= (limit ??= limitOf())) return undefined;
  return `an array of shape ${formatShape(shape as number[])} takes ${
    needed.toPrecision(3)
  } GB, and the limit is ` +
    `${limit} GB (PYROSAUR_ARRAY_GB)`;
}
