import { type HostArray, isHostArray, sizeOf } from "../../tensor/mod.ts";
import type { Layout } from "./layout.ts";
import { withMembers } from "./pack.ts";

/**
 * All that training needs to go on, as one plain object: it can be saved, compared, and resumed
 * from, bit for bit. Nothing ever writes into its arrays.
 */
export interface SVIState {
  /** The number of updates done. */
  readonly step: number;
  /** The key that the noise of every step comes from, as its two words; step s draws from `foldIn(s)`. */
  readonly key: readonly [number, number];
  /** Unconstrained parameters by name. */
  readonly params: Readonly<Record<string, HostArray>>;
  /** What the optimiser remembers: a tree of arrays, by parameter where it keeps something for each. */
  readonly optimiser: unknown;
}

/**
 * Checks that a state has the parameters of a model.
 * @throws Error that names what differs.
 */
export function checkState(state: SVIState, layout: Layout): void {
  const params = [...layout.params.values()];
  if (
    typeof state !== "object" || state === null || !Number.isSafeInteger(state.step) || state.step < 0 ||
    !state.params
  ) {
    throw new Error("Cannot resume: the state is not one that init, step or run returned");
  }
  const given = Object.keys(state.params), wanted = params.map((p) => p.name);
  const extra = given.filter((name) => !wanted.includes(name)),
    missing = wanted.filter((name) => !given.includes(name));
  if (extra.length > 0 || missing.length > 0) {
    const parts = [
      missing.length > 0 && `it lacks ${missing.map((n) => `"${n}"`).join(", ")}`,
      extra.length > 0 &&
      `it has ${extra.map((n) => `"${n}"`).join(", ")}, which the model and the guide have not`,
    ].filter(Boolean);
    throw new Error(`Cannot resume: the state is of another model: ${parts.join("; ")}`);
  }
  for (const { name, unconstrainedShape } of params) {
    const array = state.params[name], shape = withMembers(layout, unconstrainedShape);
    if (
      !isHostArray(array) || array.data.length !== sizeOf(shape) || array.shape.join() !== shape.join()
    ) {
      throw new Error(
        `Cannot resume: parameter "${name}" has shape [${array?.shape?.join(", ")}] in the state, expected [${
          shape.join(", ")
        }]`,
      );
    }
  }
}
