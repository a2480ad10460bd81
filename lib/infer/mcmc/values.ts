import { emptyRecord } from "../../system/mod.ts";
import { type AnyFunction, isolated, logDensity, seed } from "../../ppl/mod.ts";
import { random, type Tensor } from "../../tensor/mod.ts";
import { cut, type Prototype, valueAndVolume } from "../latent/mod.ts";

/** Returns the values of latent and computed sites behind a vector of unconstrained numbers. */
export function valuesAt(
  model: AnyFunction,
  args: readonly unknown[],
  prototype: Prototype,
  vector: Tensor,
): Record<string, Tensor> {
  const parts = cut(vector, prototype), values = emptyRecord<Tensor>();
  prototype.sites.forEach((site, i) => {
    values[site.name] = valueAndVolume(parts[i].reshape(site.unconstrainedShape), site).value;
  });
  const { trace } = isolated(() => logDensity(seed(model, random.key(0)), [...args], values));
  for (const { name, value } of trace.deterministicSites) values[name] = value;
  return values;
}
