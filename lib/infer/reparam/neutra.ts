import { bijectTo, Normal, sumRightmost, type Transform } from "../../distributions/mod.ts";
import { type AnyFunction, around, factor, type Handler, sample, type SampleMessage } from "../../ppl/mod.ts";
import {
  formatShape,
  type HostArray,
  isHostArray,
  sameShape,
  type Tensor,
  toTensor,
} from "../../tensor/mod.ts";
import { AutoContinuous } from "../autoguide/mod.ts";
import { cut, type LatentSite, type ValueAndVolume, valueAndVolume, withAllMembers } from "../latent/mod.ts";

/**
 * Draws all latent sites of a model by one vector that a fitted guide transforms, as NumPyro's
 * `NeuTraReparam` (Hoffman et al. 2019): where the guide is the posterior, the vector is standard
 * normal, whatever the posterior's shape. The sites become computed, from a latent site
 * `auto_shared_latent`.
 *
 * @example Two numbers with a strong correlation, drawn as if they had none
 * ```ts
 * import { adam, AutoMultivariateNormal, key, MCMC, NeuTraReparam } from "@pyrosaur/pyrosaur";
 * import { Normal, NUTS, sample, SVI } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("y", new Normal(sample("x", new Normal(0, 1)), 0.1));
 * const guide = new AutoMultivariateNormal(model);
 * const { params } = await new SVI(model, guide, adam({ lr: 0.02 })).run(key(0), 1000, []);
 * const neutra = new NeuTraReparam(guide, params);
 * const mcmc = new MCMC(new NUTS(neutra.reparam(model)), { numWarmup: 100, numSamples: 100 });
 * const { samples } = await mcmc.run(key(1));
 * assert.deepEqual(Object.keys(samples), ["auto_shared_latent", "x", "y"]);
 * const { y } = neutra.transformSample(samples.auto_shared_latent);
 * assert.ok(Math.abs(y.dataSync()[7] - samples.y.data[7]) < 1e-4);
 * ```
 */
export class NeuTraReparam {
  /** The transform from the latent vector to the unconstrained numbers of the sites. */
  readonly transform: Transform;

  /**
   * Puts together a guide and its parameters.
   *
   * @param guide an automatic guide that has seen its model run: in training, or by `setup`
   * @param params the trained parameters
   * @throws Error for guides without a transform, such as AutoDelta.
   */
  constructor(readonly guide: AutoContinuous, params: Record<string, Tensor>) {
    if (!(guide instanceof AutoContinuous)) {
      throw new Error(
        "Cannot make NeuTraReparam: expected a guide with a distribution of all numbers together, such as " +
          "new AutoMultivariateNormal(model) or new AutoIAFNormal(model)",
      );
    }
    this.transform = guide.getTransform(params);
  }

  /** Returns a model whose latent sites are computed from the vector; its data stay as they are. */
  reparam<F extends AnyFunction>(model: F): F {
    const run = (...args: unknown[]): unknown => {
      const { handler, logVolume } = this.#begin(), result = around(model, () => handler)(...args);
      // Here no scale or mask of the model weighs it.
      factor(`_${this.guide.prefix}_log_volume`, logVolume());
      return result;
    };
    Object.defineProperty(run, "name", { value: model.name });
    return run as F;
  }

  /** Returns the values of the sites behind draws of the vector, `[..., D]`, by name. */
  transformSample(latent: Tensor | HostArray): Record<string, Tensor> {
    return this.guide.valuesOf(this.transform.forward(isHostArray(latent) ? toTensor(latent) : latent));
  }

  /**
   * Draws the vector. Returns the handler that computes the sites' values, and a function that
   * returns the log volume of all transforms once it has done so.
   */
  #begin(): { handler: Handler; logVolume: () => Tensor } {
    const { transform, guide: { prefix } } = this, latents = withAllMembers(this.guide.latents);
    const base = new Normal(0, 1).expand(transform.inverseShape([latents.size])).toEvent(1);
    const shared = sample(`${prefix}_shared_latent`, base.mask(false));
    const vector = transform.forward(shared), lead = vector.shape.slice(0, -1), parts = cut(vector, latents);
    let logVolume = transform.logAbsDetJacobian(shared, vector);
    const handler: Handler = {
      label: "NeuTraReparam",
      process: {
        sample(message) {
          const { name, isObserved, value: given } = message;
          const at = latents.sites.findIndex((site) => site.name === name);
          if (isObserved || given !== undefined || at < 0) return;
          const own = compute(message, latents.sites[at], parts[at], lead);
          if (own.logVolume) logVolume = logVolume.add(own.logVolume);
          return {
            type: "deterministic",
            name,
            value: own.value,
            plates: [],
            scanned: undefined,
            stop: false,
          };
        },
      },
    };
    return { handler, logVolume: () => logVolume };
  }
}

/**
 * Computes a site's value from its unconstrained numbers, scores it by its distribution, and
 * returns it with the log volume of its transform, of the shape `lead`.
 */
function compute(
  { name, distribution, scanned }: SampleMessage,
  site: LatentSite,
  part: Tensor,
  lead: readonly number[],
): ValueAndVolume {
  const { unconstrainedShape: shape, unconstrainedEventDim } = site,
    batchRank = shape.length - unconstrainedEventDim;
  const fail = (why: string): never => {
    throw new Error(`Cannot reparameterise site "${name}": ${why}`);
  };
  if (scanned) fail("it is within a scan; write its other form in the step");
  const transform = bijectTo(distribution.support), needed = transform.inverseShape(distribution.shape());
  if (!sameShape(needed.slice(needed.length - shape.length), shape)) {
    const [found, expected] = [distribution.shape(), site.shape].map(formatShape);
    fail(
      `it has the shape ${found} in this run, ${expected} in the guide's last run; train the guide with these arguments`,
    );
  }
  // Axes of a batch around the model stand left of the site's own batch axes.
  const batch = lead.slice(0, Math.max(0, lead.length - batchRank));
  const { value, logVolume } = valueAndVolume(part.reshape([...batch, ...shape]), { ...site, transform });
  factor(`_${name}_log_prob`, distribution.logProb(value));
  return { value, logVolume: logVolume && sumRightmost(logVolume, batchRank).reshape([...lead]) };
}
