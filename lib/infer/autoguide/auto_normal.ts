import { constraints, type Distribution, Normal, TransformedDistribution } from "../../distributions/mod.ts";
import { activeHandlers, type AnyFunction, sample } from "../../ppl/mod.ts";
import { type Tensor, tf } from "../../tensor/mod.ts";
import {
  fullShape,
  initToFeasible,
  isIdentity,
  joined,
  type LatentSite,
  type Prototype,
} from "../latent/mod.ts";
import type { AutoGuideOptions } from "./auto_guide.ts";
import { AutoContinuous, diagonal } from "./auto_continuous.ts";
import { inPlates, repeatTo } from "./plates.ts";

/**
 * A guide with independent normals in unconstrained space and parameters for each site,
 * `<site>_auto_loc` and `<site>_auto_scale`, as Pyro's and NumPyro's AutoNormal. Plates may
 * subsample: every member has its own parameters. `initStrategy` defaults to `initToFeasible()`,
 * `initScale` to 0.1.
 *
 * @example The posterior of a mean
 * ```ts
 * import { adam, AutoNormal, Normal, sample, SVI } from "@pyrosaur/pyrosaur";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: 2 });
 * const svi = new SVI(model, new AutoNormal(model), adam({ lr: 0.01 }));
 * const { params } = await svi.run(random.key(0), 2000, []);
 * assert(Math.abs(params.z_auto_loc.dataSync()[0] - 1) < 0.1);
 * assert(Math.abs(params.z_auto_scale.dataSync()[0] - Math.sqrt(0.5)) < 0.1);
 * ```
 */
export class AutoNormal extends AutoContinuous {
  /** Makes the guide of a model. */
  constructor(model: AnyFunction, options?: AutoGuideOptions) {
    super(model, options, initToFeasible());
  }

  #params(site: LatentSite, args: readonly unknown[]): { loc: Tensor; scale: Tensor } {
    const { name, unconstrainedEventDim: eventDim, unconstrainedShape, transform } = site;
    const shape = fullShape(unconstrainedShape, eventDim, site);
    const first = (key: Parameters<typeof this.first>[0]) =>
      repeatTo(transform.inverse(this.first(key, args).get(name)!), shape);
    return {
      loc: this.param(`${name}_${this.prefix}_loc`, unconstrainedShape, (key) => first(key), { eventDim }),
      scale: this.param(
        `${name}_${this.prefix}_scale`,
        unconstrainedShape,
        () => tf.fill(shape, this.initScale),
        { constraint: constraints.softplusPositive, eventDim },
      ),
    };
  }

  /** Returns the distribution of the vector, and registers its parameters. */
  protected override distribution({ sites }: Prototype, args: readonly unknown[]): Distribution {
    const all = sites.map((site) => ({ ...this.#params(site, args), size: site.size }));
    return diagonal(
      joined(all.map(({ loc, size }) => loc.reshape([size])), 0),
      joined(all.map(({ scale, size }) => scale.reshape([size])), 0),
    );
  }

  /** Runs the guide. */
  protected override run(args: readonly unknown[]): Record<string, Tensor> {
    const prototype = this.discover(args);
    const isSubsampled = prototype.sites.some(({ plates }) => plates.some((p) => p.size !== p.fullSize));
    if (!isSubsampled && !activeHandlers().some((handler) => handler.keepsDistributions)) {
      return this.draw(prototype, args);
    }
    return Object.fromEntries(prototype.sites.map((site) =>
      inPlates(site.plates, prototype, () => {
        const { loc, scale } = this.#params(site, args), { transform } = site;
        const base = new Normal(loc, scale).toEvent(site.unconstrainedEventDim);
        return [
          site.name,
          sample(site.name, isIdentity(transform) ? base : new TransformedDistribution(base, transform)),
        ];
      })
    ));
  }

  /** Returns the distribution of the unconstrained numbers of all sites, at given parameters. */
  override getPosterior(params: Record<string, Tensor>): Distribution {
    const part = (name: string) =>
      tf.concat(
        this.latents.sites.map((site) => this.own(params, `${site.name}_${this.prefix}_${name}`).flatten()),
        0,
      );
    return new Normal(part("loc"), part("scale")).toEvent(1);
  }

  /** Returns the posterior of each site by name: a normal, transformed to the support. */
  getSitePosteriors(params: Record<string, Tensor>): Record<string, Distribution> {
    return Object.fromEntries(this.latents.sites.map((site) => {
      const of = (name: string) => this.own(params, `${site.name}_${this.prefix}_${name}`),
        transform = this.transformOf(site);
      const base = new Normal(of("loc"), of("scale")).toEvent(site.unconstrainedEventDim);
      return [site.name, isIdentity(transform) ? base : new TransformedDistribution(base, transform)];
    }));
  }
}
