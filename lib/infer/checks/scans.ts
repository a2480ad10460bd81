import type { Trace } from "../../ppl/mod.ts";

/**
 * Throws for a site of a scan in the model that a guide without that scan draws, where all draws
 * are made at once in a plate: the scan has its steps leftmost, left of the plate.
 *
 * @param act the act, and its alternative, for the message
 */
export function checkScansInPlates(act: string, instead: string, model: Trace, guide: Trace): void {
  for (const { name, scanned } of model.stochasticSites) {
    const own = guide.sites.get(name);
    if (!scanned || own?.type !== "sample" || own.scanned) continue;
    throw new Error(
      `Cannot ${act}: site "${name}" is within a scan of the model and not within one of the guide, so that its steps ` +
        `and the draws would change places; ${instead}, or write the guide with scan`,
    );
  }
}
