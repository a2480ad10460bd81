import { checkSynchronous } from "../../system/mod.ts";
import { isLeaf } from "../../compile/internals.ts";
import type { Axes } from "../../compile/mod.ts";
import {
  describeNode,
  type HostArray,
  isTensor,
  mapTree,
  toHostArray,
  treeDifference,
} from "../../tensor/mod.ts";
import type { TreeDifference } from "../../tensor/mod.ts";

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
      `Cannot train: found ${
        describeNode(args)
      } in the place of the model's arguments, expected a list of them, ` +
        "such as [x, y], or a function from a step to its list",
    );
  }
  let start: readonly unknown[] | undefined, latest: readonly [step: number, args: readonly unknown[]];
  return (step) => {
    if (start && latest[0] === step) return latest[1];
    const given: unknown = args(step);
    if (!Array.isArray(given)) {
      checkSynchronous("train: the function of the arguments is synchronous, load the data before", given);
      throw new Error(
        `Cannot train: the function of the arguments returned ${
          describeNode(given)
        } at step ${step}, expected a list`,
      );
    }
    const differs = start && treeDifference(given, start, isLeaf, areAlike, axes);
    if (differs) refuse(differs, step, first);
    start ??= asGiven(given);
    latest = [step, given];
    return given;
  };
}

/** Copies what the caller may change in place: lists, records, typed arrays. Tensors stay. */
function asGiven(args: readonly unknown[]): readonly unknown[] {
  const isKept = (value: unknown): value is unknown => isLeaf(value) || ArrayBuffer.isView(value);
  return mapTree(args, isKept, (value) => isLeaf(value) ? value : structuredClone(value));
}

/** Tells whether tensors have the same shape, up to axes with names. */
function areAlike(found: unknown, before: unknown, axes: Axes): boolean {
  const [to, from] = [found, before].map((leaf) => (leaf as Partial<HostArray>).shape);
  return !to || !from || (to.length === from.length && to.every((size, i) => size === from[i] || axes?.[i]));
}

/** Throws for arguments of a step that the program of the first cannot follow. */
function refuse({ path, found, before }: TreeDifference, step: number, first: number): never {
  const isNumber = typeof found === "number" || typeof found === "boolean",
    isView = ArrayBuffer.isView(found);
  const remedy = isLeaf(found) && isLeaf(before)
    ? 'give axes that change their length names in the option axes, such as [["rows", null]]'
    : "all but the numbers of tensors is compiled in: " +
      (isNumber
        ? `pass it as a tensor, tf.scalar(${found})`
        : isView
        ? "pass it as a tensor, tf.tensor(...)"
        : "it must stay the same, and not be made anew");
  throw new Error(
    `Cannot train: argument ${path} is ${describeNode(found)} at step ${step}, and ${
      describeNode(before)
    } at step ` +
      `${first}; ${remedy}`,
  );
}
