import { formatShape, sameShape, type Tensor, tryBroadcastShapes } from "../../tensor/mod.ts";
import type { SampleMessage, Trace } from "../../ppl/mod.ts";

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
  for (const site of run.stochasticSites) if (names.includes(site.name)) checkDraw(action, site, site.value);
}

/**
 * Checks that a draw has the shape of its site, as far as that is known of it.
 * @throws Error that says what differs.
 */
export function checkDraw(action: string, site: Readonly<SampleMessage>, { shape }: Tensor): void {
  const { name, scanned, enumerated } = site;
  if (scanned || enumerated) return;
  const expected = site.distribution.shape(), both = tryBroadcastShapes(shape, expected);
  if (both && sameShape(both, expected)) return;
  const remedy = sameShape(shape.slice(1), expected)
    ? ". Draws lie along one axis: those of chains are MCMCResult.samples"
    : "; the draws are of another model, or of other arguments: leave the site out to have it drawn anew";
  throw new Error(
    `Cannot ${action}: a draw of site "${name}" has shape ${formatShape(shape)}, the model needs ` +
      `${formatShape(expected)}${remedy}`,
  );
}
