import { shown } from "../system/mod.ts";
import type { PlateFrame } from "./plate_frame.ts";
import { activeHandlers } from "./runtime.ts";
import type { Handler } from "./handler.ts";
import type { Trace } from "./trace.ts";

// Batch axes are counted from the right: -1, -2 ... Plates take the first ones that are free. An
// axis that no plate of a model takes is found from its first available dim leftwards. A handler
// holds the axes that it lists as `axes`.

/** Returns the active handler that holds an axis. */
function holderOf(dim: number): Handler | undefined {
  return activeHandlers().find(({ axes }) => axes?.some((axis) => axis.dim === dim));
}

/** Returns the first axis, from `first` to the left, that no active handler holds. */
export function freeDim(first = -1): number {
  let dim = first;
  while (holderOf(dim)) dim--;
  return dim;
}

/** Returns a plate's axis: the one wanted, or the first free one; throws if another holds it. */
export function plateDim(name: string, wanted: number | undefined): number {
  if (wanted === undefined) return freeDim();
  if (!(Number.isSafeInteger(wanted) && wanted < 0)) {
    throw new Error(
      `Cannot make plate "${name}": its dim is ${
        shown(wanted)
      }, expected a negative integer, counted from the right`,
    );
  }
  const holder = holderOf(wanted);
  if (!holder) return wanted;
  throw new Error(`Cannot enter plate "${name}" at dim ${wanted}: ${holder.label} around it has that dim`);
}

/** Returns the number of batch axes up to the leftmost of some plates. */
export function nestingOf(plates: readonly PlateFrame[]): number {
  return Math.max(0, ...plates.map((plate) => -plate.dim));
}

/** Returns the number of batch axes that plates of a trace take, as Pyro's `max_plate_nesting`. */
export function maxPlateNesting(trace: Trace): number {
  return nestingOf(trace.sampleSites.flatMap((site) => site.plates));
}

/** Returns the first axis left of all plates of some traces, as NumPyro's `first_available_dim`. */
export function firstAvailableDim(...traces: readonly Trace[]): number {
  return -1 - Math.max(0, ...traces.map(maxPlateNesting));
}
