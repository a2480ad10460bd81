import util from "node:util";

/**
 * Puts back two functions that tfjs-node calls and that `node:util` had until Node.js 23. Where
 * they are there, nothing is changed.
 */
export function restoreNodeUtil(): void {
  const functions = util as unknown as Record<string, unknown>;
  functions.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  functions.isArray ??= Array.isArray;
}
