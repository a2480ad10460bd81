import { formatShape, sameShape, tryBroadcastShapes } from "../../tensor/mod.ts";
import type { Trace } from "../../ppl/mod.ts";

/**
 * Checks that draws are of the model that they are given to: some of a site of it, and each of the
 * shape of its site.
 *
 * @param action what they are given for, for messages
 * @param run a run of the model at one draw
 * @param names the sites that have draws
 * @throws Error that names what differs.
 */
export function checkDraws(action: string, run: Trace, names: readonly string[]): void {
  if (names.length > 0 && !names.some((name) => run.sites.has(name))) {
    const list = (all: readonly string[]) => all.map((name) => `"${name}"`).join(", ") || "none";
    throw new Error(
      `Cannot ${action}: the draws are of another model: they are of ${list(names)}, and the model has ` +
        `the sites ${list(run.sampleSites.map(({ name }) => name))}`,
    );
  }
  for (const site of run.stochasticSites) {
    if (site.scanned || site.enumerated || !names.includes(site.name)) continue;
    const { shape } = site.value, expected = site.distribution.shape();
    const both = tryBroadcastShapes(shape, expected);
    if (both && sameShape(both, expected)) continue;
    throw new Error(
      `Cannot ${action}: a draw of site "${site.name}" has shape ${formatShape(shape)}, the model needs ` +
        `${formatShape(expected)}; the draws are of another model, or of other arguments`,
    );
  }
}
