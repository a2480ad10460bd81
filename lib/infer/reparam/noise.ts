import { coreOf, Distribution } from "../../distributions/mod.ts";
import { sample } from "../../ppl/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { refuse, type Reparam } from "./reparam.ts";

type Family<D> = abstract new (...args: any[]) => D;

/**
 * Makes a way for the sites of a family, whatever their plates and event axes.
 *
 * @param make returns the value, or the distribution, of the shape of the family's parameters; its
 * `draw` draws numbers, one for each of the site's own, as the latent site of a suffix
 */
export function byNoise<D extends Distribution>(
  family: Family<D>,
  make: (core: D, draw: (suffix: string, each: Distribution) => Tensor) => Tensor | Distribution,
): Reparam {
  return (name, distribution) => {
    const core = coreOf(distribution), { batchShape, eventShape } = distribution;
    if (!(core instanceof family)) return refuse(name, core, family.name);
    const draw = (suffix: string, each: Distribution) =>
      sample(`${name}_${suffix}`, each.expand([...batchShape, ...eventShape]).toEvent(eventShape.length));
    const made = make(core, draw);
    if (!(made instanceof Distribution)) return made;
    const outer = eventShape.length - made.eventShape.length;
    return made.expand([...batchShape, ...eventShape.slice(0, outer)]).toEvent(outer);
  };
}
