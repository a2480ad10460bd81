import { ownValue } from "../../system/mod.ts";
import { isLeaf } from "../../compile/internals.ts";
import type { Axes } from "../../compile/mod.ts";
import { formatShape, isTensor, mapTree, toHostArray } from "../../tensor/mod.ts";

/** The arguments of steps: the same at every step, or a function of the number of the step. */
export type Arguments = readonly unknown[] | ((step: number) => readonly unknown[]);

/** Returns the arguments at a step. */
export const argumentsAt = (args: Arguments, step: number): readonly unknown[] =>
  typeof args === "function" ? args(step) : args;

/** Returns arguments with their tensors as arrays, which are read once and not at every call. */
export function hostArguments(args: readonly unknown[]): unknown[] {
  return mapTree([...args], isLeaf, (leaf) => isTensor(leaf) ? toHostArray(leaf) : leaf);
}

/**
 * Returns arguments that are what the program is compiled for: a list as arrays, read now, since
 * the caller may free its tensors before training begins; a function that asks for the arguments
 * of each step once, and throws where they differ in more than the numbers of their tensors.
 *
 * @param first the number of the first step
 * @param axes the names of axes that may change length
 */
export function steadyArguments(args: Arguments, first: number, axes?: Axes): Arguments {
  if (Array.isArray(args)) return hostArguments(args);
  if (typeof args !== "function") {
    throw new Error(
      "Cannot train: the arguments of the model must be given as a list, or as a function from a step to its list",
    );
  }
  let start: readonly unknown[] | undefined, latest: readonly [step: number, args: readonly unknown[]];
  return (step) => {
    if (start && latest[0] === step) return latest[1];
    const given: unknown = args(step);
    if (!Array.isArray(given)) {
      const found = given instanceof Promise ? "a promise; load the data before" : typeof given;
      throw new Error(
        `Cannot train: the function of the arguments returned at step ${step} ${found}, expected a list`,
      );
    }
    const differs = start && difference(given, start, axes, "");
    if (differs) {
      throw new Error(
        `Cannot train: argument ${differs.path} is ${differs.found} at step ${step}, and ${differs.before} at step ` +
          `${first}; ${differs.remedy}`,
      );
    }
    start ??= given;
    latest = [step, given];
    return given;
  };
}

interface Difference {
  readonly path: string;
  readonly found: string;
  readonly before: string;
  readonly remedy: string;
}

/** Finds the first difference between two trees that a program cannot follow. */
function difference(found: unknown, before: unknown, axes: Axes, path: string): Difference | undefined {
  const differ = (remedy: string): Difference => ({
    path,
    found: describe(found),
    before: describe(before),
    remedy,
  });
  if (isLeaf(found) && isLeaf(before)) {
    if (!("shape" in found && "shape" in before)) return undefined;
    const [to, from] = [found.shape, before.shape];
    if (to.length === from.length && to.every((size, i) => size === from[i] || axes?.[i])) return undefined;
    return differ('give axes that change their length names in the option axes, such as [["rows", null]]');
  }
  if (isTree(found) && isTree(before) && Array.isArray(found) === Array.isArray(before)) {
    const names = Object.keys({ ...found, ...before });
    for (const name of names) {
      const at = Array.isArray(found) ? `${path}[${name}]` : `${path}.${name}`;
      const inside = difference(
        ownValue(found, name),
        ownValue(before, name),
        axes && ownValue(axes, name),
        at,
      );
      if (inside) return inside;
    }
    return undefined;
  }
  if (Object.is(found ?? undefined, before ?? undefined)) return undefined;
  const isNumber = typeof found === "number" || typeof found === "boolean";
  return differ(
    "all but the numbers of tensors is compiled in: " +
      (isNumber ? `pass it as a tensor, tf.scalar(${found})` : "it must stay the same"),
  );
}

const isTree = (value: unknown): value is Record<string, unknown> =>
  Array.isArray(value) || (typeof value === "object" && value !== null && !isLeaf(value) &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value)));

/** Writes an argument for messages. */
function describe(value: unknown): string {
  if (isLeaf(value)) return "shape" in value ? `a tensor of shape ${formatShape(value.shape)}` : "a key";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `a function${value.name && ` ${value.name}`} (made anew?)`;
  return typeof value === "object" && value !== null
    ? `an object (${value.constructor?.name})`
    : String(value);
}
