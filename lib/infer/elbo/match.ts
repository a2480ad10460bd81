import { dependsOnDraws } from "../../compile/internals.ts";
import { isTracing } from "../../compile/mod.ts";
import { formatShape, knownValues, tryBroadcastShapes } from "../../tensor/mod.ts";
import type { PlateSite, SampleSite, Site, Trace } from "../../ppl/mod.ts";
import { listNames } from "../../system/mod.ts";

/**
 * Checks that a guide has the latent sites of the model, in the same shapes and plates, as Pyro's
 * `check_model_guide_match`. Auxiliary sites of the guide (`infer: { isAuxiliary: true }`) have no
 * counterpart.
 *
 * @param isEnumerated true where sites of the model that ask for it are summed out
 * @throws Error that names the sites.
 */
export function checkMatch(model: Trace, guide: Trace, isEnumerated = false): void {
  const isSummed = ({ name, enumerated, infer }: SampleSite) =>
    enumerated?.own !== undefined ||
    (isEnumerated && infer.enumerate === "sequential" && !guide.sites.has(name));
  const latent = model.stochasticSites.filter((site) => !isSummed(site));
  const own = guide.stochasticSites.filter((site) => !site.infer.isAuxiliary);
  const observed = guide.observedSites.map((site) => site.name);
  if (observed.length > 0) {
    throw new Error(
      `Cannot use the guide: it observes ${
        listNames(observed)
      }; observations belong in the model, a guide only has latent sites`,
    );
  }
  const names = new Set(latent.map((site) => site.name)), ownNames = new Set(own.map((site) => site.name));
  const extra = own.filter((site) => !names.has(site.name));
  if (extra.length > 0) {
    const seen = model.observedSites.filter((site) => ownNames.has(site.name)).map((site) => site.name);
    throw new Error(
      `Cannot use the guide: it has ${listNames(extra.map((site) => site.name))}, which the model ` +
        (seen.length > 0 ? `observes (${listNames(seen)})` : "lacks") +
        `; the model's latent sites are ${
          listNames(names)
        }. Rename or remove it, or mark it infer: { isAuxiliary: true }`,
    );
  }
  const summed = !isEnumerated &&
    model.sampleSites.find((site) => site.infer.enumerate !== undefined && !site.isObserved);
  if (summed) {
    throw new Error(
      `Cannot use the model: site "${summed.name}" asks to be summed out by infer: { enumerate }: use TraceEnumELBO, which does so`,
    );
  }
  const missing = latent.filter((site) => !ownNames.has(site.name));
  if (missing.length > 0) {
    throw new Error(
      `Cannot use the guide: the model's latent ${listNames(missing.map((site) => site.name))} ` +
        `${missing.length === 1 ? "is" : "are"} not in it; the guide has ${listNames(ownNames)}. ` +
        "Give the guide a site of that name, or observe it in the model",
    );
  }
  for (const site of own) checkSite(model.sampleSite(site.name), site);
  for (const plate of model.plateSites) checkMembers(plate, guide.sites.get(plate.name));
}

/** Throws for a plate whose members the model gives, where the guide has others. */
function checkMembers({ name, subsample }: PlateSite, guide: Site | undefined): void {
  if (!subsample.given || guide?.type !== "plate" || guide.subsample === subsample) return;
  const fail = (why: string): never => {
    throw new Error(
      `Cannot use the guide: the model gives the members of plate "${name}" as { subsample }, ${why}`,
    );
  };
  if (!guide.subsample.given) fail("the guide draws its own; give it the same indices");
  if (isTracing() && dependsOnDraws(subsample.given)) {
    fail("drawn anew in the model; draw them by { subsampleSize }, or pass them as an argument");
  }
  const [own, other] = [subsample.given, guide.subsample.given!].map(knownValues);
  if (own && other && Array.prototype.some.call(own, (member, i) => member !== other[i])) {
    fail("the guide has others; give it the same indices");
  }
}

function checkSite(model: SampleSite, guide: SampleSite): void {
  const at = model.distribution, by = guide.distribution;
  const describe = (site: SampleSite) =>
    `batch ${formatShape(site.distribution.batchShape)}, event ${formatShape(site.distribution.eventShape)}`;
  const event = at.eventShape.length === by.eventShape.length &&
    tryBroadcastShapes(at.eventShape, by.eventShape) !== undefined;
  // The steps of a loop are a batch axis of the model's site; a guide without a loop may count them
  // as it likes.
  const fits = model.scanned
    ? tryBroadcastShapes(at.shape(), by.shape()) !== undefined
    : event && tryBroadcastShapes(at.batchShape, by.batchShape) !== undefined;
  if (!fits) {
    throw new Error(
      `Cannot use the guide: its site "${model.name}" has ${describe(guide)}, in the model it has ${
        describe(model)
      }`,
    );
  }
  const plates = (site: SampleSite) => new Set(site.plates.map((plate) => plate.name));
  const inModel = plates(model), inGuide = plates(guide);
  const extra = [...inGuide].filter((name) => !inModel.has(name));
  if (extra.length > 0) {
    throw new Error(
      `Cannot use the guide: its site "${model.name}" is in plate ${
        listNames(extra)
      }, in the model it is in ${listNames(inModel)}`,
    );
  }
}
