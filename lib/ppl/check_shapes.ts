import { formatShape } from "../tensor/mod.ts";
import { nestingOf } from "./dims.ts";
import type { Trace } from "./trace.ts";

/**
 * Checks that every batch axis of every site is declared: an axis longer than 1 that belongs to no
 * plate would be summed as if it were independent, which is most often a plate or a `toEvent`
 * forgotten. As Pyro's `check_site_shape`.
 *
 * @throws Error that names the site, the axis and its length.
 */
export function checkShapes(trace: Trace): void {
  for (const { name, plates, logProb: { shape }, scanned } of trace.sampleSites) {
    // The steps of a scan are the leftmost axis, and no plate's.
    const rank = scanned ? Math.min(nestingOf(plates), shape.length) : shape.length;
    for (let dim = -rank; dim < 0; dim++) {
      const found = shape.at(dim), plate = plates.find((p) => p.dim === dim);
      if (found === 1 || found === plate?.size) continue;
      const [expected, remedy] = plate
        ? [`size ${plate.size} at dim ${dim} as plate "${plate.name}" has`, ""]
        : [
          `1 at dim ${dim}, which no plate takes`,
          `; enclose the site in a plate of size ${found}, or make the axis part of the event with toEvent(1)`,
        ];
      throw new Error(
        `Cannot score site "${name}": its log density has shape ${formatShape(shape)}, ` +
          `expected ${expected}, found ${found}${remedy}`,
      );
    }
  }
}
