import { formatShape, type HostArray, isHostArray, sizeOf } from "../../tensor/mod.ts";
import type { ParameterLayout } from "./layout.ts";

/**
 * The state of a training as one plain object: it can be saved, compared, and resumed from, bit for
 * bit. Nothing ever writes into its arrays.
 */
export interface SVIState {
  /** The number of updates done. */
  readonly step: number;
  /** The key that the noise of every step comes from, as its two words; step s draws from `foldIn(s)`. */
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
  const given = Object.keys(state.params), wanted = layout.params.map(({ name }) => name);
  const list = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
  const extra = given.filter((name) => !wanted.includes(name));
  const missing = wanted.filter((name) => !given.includes(name));
  if (extra.length > 0 || missing.length > 0) {
    const parts = [
      ...missing.length > 0 ? [`it lacks ${list(missing)}`] : [],
      ...extra.length > 0 ? [`it has ${list(extra)}, which the model and the guide have not`] : [],
    ];
    throw new Error(`Cannot resume: the state is of another model: ${parts.join("; ")}`);
  }
  for (const { name, unconstrainedShape } of layout.params) {
    const array = state.params[name], shape = layout.shape(unconstrainedShape);
    if (
      isHostArray(array) && array.shape.join() === shape.join() && array.data.length === sizeOf(shape)
    ) continue;
    throw new Error(
      `Cannot resume: parameter "${name}" has shape ${
        formatShape(array?.shape ?? [])
      } in the state, expected ${formatShape(shape)}`,
    );
  }
}

/**
 * Checks that an optimiser's memory is like another of the same optimiser and parameters.
 * @throws Error that says where it differs.
 */
export function checkSlots(given: any, like: any, path = ""): void {
  const fail = (expected: string): never => {
    throw new Error(
      `Cannot resume: the optimiser's state ${
        path && `at ${path} `
      }is not that of this optimiser and these ` +
        `parameters, expected ${expected}; resume with the optimiser it was saved from`,
    );
  };
  if (isHostArray(like)) {
    if (!isHostArray(given) || given.shape.join() !== like.shape.join()) {
      fail(`an array of shape ${formatShape(like.shape)}`);
    }
  } else if (Array.isArray(like)) {
    if (!Array.isArray(given) || given.length !== like.length) fail(`a list of ${like.length}`);
    like.forEach((part, i) => checkSlots(given[i], part, `${path}[${i}]`));
  } else if (typeof like === "object" && like !== null) {
    const names = Object.keys(like).sort();
    if (Object.keys(given ?? {}).sort().join() !== names.join()) fail(names.join(", ") || "nothing");
    for (const name of names) checkSlots(given[name], like[name], path ? `${path}.${name}` : name);
  }
}
