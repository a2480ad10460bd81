import { flatten, formatShape, type HostArray, isHostArray, sameShape, sizeOf } from "../../tensor/mod.ts";
import type { ParameterLayout } from "./layout.ts";

/**
 * The state of a training as one plain object: it can be saved, compared, and resumed from, bit for
 * bit. Nothing ever writes into its arrays.
 */
export interface SVIState {
  /** The number of updates done. */
  readonly step: number;
  /** The key of all noise, as its two words; step s draws from `foldIn(s)`. */
  readonly key: readonly [number, number];
  /** Unconstrained parameters by name. */
  readonly params: Readonly<Record<string, HostArray>>;
  /** The optimiser's memory: a tree of arrays, by parameter where it keeps something for each. */
  readonly optimiser: unknown;
}

/**
 * Checks that a state has the parameters of a model.
 * @throws Error that names what differs.
 */
export function checkState(state: SVIState, layout: ParameterLayout): void {
  if (!Number.isSafeInteger(state?.step) || state.step < 0 || !state.params) {
    throw new Error("Cannot resume: the state is not one that init, step or run returned");
  }
  const missing = [...layout.params.keys()].filter((name) => !Object.hasOwn(state.params, name));
  const extra = Object.keys(state.params).filter((name) => !layout.params.has(name));
  if (missing.length + extra.length > 0) {
    const list = (names: string[]) => names.map((name) => `"${name}"`).join(", ");
    const differences = [
      missing.length && `it lacks ${list(missing)}`,
      extra.length && `it has ${list(extra)}, which the model and the guide have not`,
    ];
    throw new Error(
      `Cannot resume: the state is of another model: ${differences.filter(Boolean).join("; ")}`,
    );
  }
  for (const { name, unconstrainedShape } of layout.params.values()) {
    const { shape, data } = state.params[name], expected = layout.shape(unconstrainedShape);
    if (sameShape(shape, expected) && data.length === sizeOf(expected)) continue;
    throw new Error(
      `Cannot resume: parameter "${name}" has shape ${formatShape(shape)} in the state, ` +
        `expected ${formatShape(expected)}`,
    );
  }
}

/**
 * Checks that an optimiser's memory is like another, of the same optimiser and parameters.
 * @throws Error that says what differs.
 */
export function checkSlots(given: unknown, like: unknown): void {
  const [found, expected] = [given, like].map((tree) => flatten(tree, isHostArray));
  const isLike = found.structure === expected.structure;
  const other = expected.leaves.findIndex(({ shape }, i) =>
    isLike && !sameShape(shape, found.leaves[i].shape)
  );
  if (isLike && other < 0) return;
  const what = isLike
    ? `an array of shape ${formatShape(expected.leaves[other].shape)} at ${expected.paths[other]}`
    : Object.keys(like ?? {}).join(", ") || "nothing";
  throw new Error(
    "Cannot resume: the optimiser's state is not that of this optimiser and these parameters, expected " +
      `${what}; resume with the optimiser it was saved from`,
  );
}
