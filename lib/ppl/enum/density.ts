import { lean } from "../../compile/internals.ts";
import { type Distribution, Masked } from "../../distributions/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import type { SampleSite } from "../sample_site.ts";
import type { Variable } from "./variable.ts";

/**
 * Returns the log density of a site without weight, in the smallest shape that broadcasts to it;
 * undefined where it is 0. A mask hides nothing of a site that is summed out, as in Pyro: its
 * values have their prior, by which they would be drawn, whose sum is 1.
 */
export function enumeratedDensity(site: SampleSite, own: Variable | undefined): Tensor | undefined {
  const { distribution, value, mask } = site;
  if (!own) return mask === false ? undefined : lean(site.unscaledLogProb());
  return lean(unmasked(distribution).logProb(value));
}

/** Returns the distribution that one with a mask of its own draws from. */
function unmasked(distribution: Distribution): Distribution {
  return distribution instanceof Masked ? unmasked(distribution.base) : distribution;
}
