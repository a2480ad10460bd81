import { emptyRecord } from "../../system/mod.ts";
import { type AnyFunction, isolated, logDensity, seed } from "../../ppl/mod.ts";
import { constant, type Key, random, type Tensor } from "../../tensor/mod.ts";
import type { Prototype } from "./prototype.ts";
import { enumLogDensity } from "../enum/mod.ts";
import { cut, valueAndVolume } from "./vector.ts";

/**
 * Returns the potential energy of a vector of unconstrained numbers `[D]`, a scalar: minus the log
 * density of the model at the values they stand for, and minus the log volume of the transforms, as
 * NumPyro's `potential_energy`. Enumerated sites are summed out.
 *
 * @param key the key for what the model draws beside its latent sites: the members of plates
 */
export function potential(
  model: AnyFunction,
  args: readonly unknown[],
  prototype: Prototype,
  vector: Tensor,
  key: Key = random.key(0),
): Tensor {
  const parts = cut(vector, prototype), values = emptyRecord<Tensor>();
  let volume = constant(0);
  prototype.sites.forEach((site, i) => {
    const { value, logVolume } = valueAndVolume(parts[i].reshape(site.unconstrainedShape), site);
    values[site.name] = value;
    if (logVolume) volume = volume.add(logVolume.sum());
  });
  const seeded = seed(model, key), { enumeratedDim: firstAvailableDim } = prototype;
  const { logDensity: density } = isolated(() =>
    firstAvailableDim === undefined
      ? logDensity(seeded, [...args], values)
      : enumLogDensity(seeded, [...args], values, { firstAvailableDim })
  );
  return density.add(volume).neg();
}
