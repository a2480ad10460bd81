import { formatShape, sameShape, type Tensor, tryBroadcastShapes } from "../../tensor/mod.ts";
import type { SampleMessage, Trace } from "../../ppl/mod.ts";
import { closest, listNames } from "../../system/mod.ts";

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
  const computed = run.deterministicSites.map(({ name }) => name).filter((name) => names.includes(name));
  if (names.length > 0 && !names.some((name) => run.sites.has(name) && !computed.includes(name))) {
    const found = computed.length > 0 ? ", of which the model computes all it has" : "";
    throw new Error(
      `Cannot ${action}: the draws are of another model: they are of ${
        listNames(names)
      }${found}, and the model has ` +
        `the sites ${listNames(run.sampleSites.map(({ name }) => name))}`,
    );
  }
  for (const name of names) if (!run.sites.has(name)) refuseUnknown(action, run, name, names);
  for (const name of computed) refuseReparameterised(action, run, name, names);
  for (const site of run.stochasticSites) if (names.includes(site.name)) checkDraw(action, site, site.value);
}

/**
 * Throws for draws of a site that the model lacks: a name mistaken, whose site would be drawn anew.
 * Chains of a model with `reparam` may be given to the model without: they have draws of `x` beside
 * those of `x_decentered`.
 */
function refuseUnknown(action: string, run: Trace, name: string, names: readonly string[]): void {
  const there = run.sampleSites.map((site) => site.name);
  const left = run.stochasticSites.map((site) => site.name).filter((other) => !names.includes(other));
  // Guides' own sites are behind an underscore.
  const isPart = name.startsWith("_") || name.endsWith("_shared_latent") ||
    names.some((whole) => name.startsWith(`${whole}_`) && run.sites.has(whole));
  if (isPart && !closest(name, left)) return;
  throw new Error(
    `Cannot ${action}: there are draws of "${name}", which no site of the model is${
      closest(name, left)
    }; it has ` +
      `${listNames(there)}; correct the name, or leave its draws out`,
  );
}

/** Throws where a site has draws, but `reparam` computes it of sites that have none. */
function refuseReparameterised(action: string, run: Trace, name: string, names: readonly string[]): void {
  const of = run.stochasticSites.map((site) => site.name).filter((other) => other.startsWith(`${name}_`));
  if (of.length === 0 || of.some((other) => names.includes(other))) return;
  throw new Error(
    `Cannot ${action}: there are draws of "${name}", which the model computes of ${
      listNames(of)
    }, of which there ` +
      "are none; give the draws of this model, or the model that was drawn from, without reparam",
  );
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
