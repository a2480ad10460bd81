import { lean } from "../../compile/internals.ts";
import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import type { SampleSite } from "../sample_site.ts";
import type { Variable } from "./variable.ts";

/**
 * Returns the log density of a site without weight, in the smallest shape that broadcasts to it;
 * undefined where it is 0. A mask leaves an enumerated site uniform over its values: what is hidden
 * counts 0, not the logarithm of their number.
 */
export function enumeratedDensity(site: SampleSite, own: Variable | undefined): Tensor | undefined {
  const { distribution, value, mask } = site;
  if (!own) return mask === false ? undefined : lean(site.unscaledLogProb());
  if (mask === false) return uniform(own);
  const density = lean(distribution.logProb(value));
  return mask === true ? density : tf.where(mask.cast("bool"), density, uniform(own));
}

/** Returns the log density of a uniform distribution over the values of a variable. */
function uniform({ size, dim }: Variable): Tensor {
  return tf.fill([size, ...Array(-dim - 1).fill(1)], 0).sub(constant(Math.log(size)));
}
