import { formatShape } from "../tensor/mod.ts";
import type { Trace } from "./trace.ts";

/** How many batch axes, counted from the right, the plates of a trace take; Pyro's `max_plate_nesting`. */
export function maxPlateNesting(trace: Trace): number {
  return Math.max(0, ...trace.sampleSites.flatMap((site) => site.plates.map((plate) => -plate.dim)));
}

/**
 * Checks that every batch axis of every site is declared: an axis longer than 1 that belongs to no
 * plate would be summed as if it were independent, which is most often a plate or a `toEvent`
 * forgotten. As Pyro's `check_site_shape`.
 *
 * @throws Error that names the site, the axis and its length.
 */
export function checkShapes(trace: Trace): void {
  for (const { name, plates, logProb: { shape }, scanned } of trace.sampleSites) {
    const nesting = Math.max(0, ...plates.map((plate) => -plate.dim));
    // The steps of a scan are the leftmost axis, and no plate's.
    const own = scanned ? Math.min(nesting, shape.length) : shape.length;
    for (let dim = -own; dim < 0; dim++) {
      const found = shape[shape.length + dim], plate = plates.find((p) => p.dim === dim);
      if (found === 1 || found === plate?.size) continue;
      throw new Error(
        `Cannot score site "${name}": its log density has shape ${formatShape(shape)}, expected ` +
          (plate
            ? `size ${plate.size} at dim ${dim} as plate "${plate.name}" has, found ${found}`
            : `1 at dim ${dim}, which no plate takes, found ${found}; enclose the site in a plate of size ${found}, or make ` +
              "the axis part of the event with toEvent(1)"),
      );
    }
  }
}
