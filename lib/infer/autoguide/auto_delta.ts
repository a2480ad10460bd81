import { type AnyFunction, sample } from "../../ppl/mod.ts";
import { constant, isTensor, type Key, mapTree, type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { fullShape, initToMedian } from "../latent/mod.ts";
import { AutoGuide, type AutoGuideOptions } from "./auto_guide.ts";
import { Computed } from "./computed.ts";
import { inPlates, repeatTo } from "./plates.ts";

/**
 * A guide with a point for each site, `<site>_auto_loc`, constrained to its support: maximum a
 * posteriori, as Pyro's and NumPyro's AutoDelta. Plates may subsample. `initStrategy` defaults to
 * `initToMedian()`.
 */
export class AutoDelta extends AutoGuide {
  /** Makes the guide of a model. */
  constructor(model: AnyFunction, options?: AutoGuideOptions) {
    super(model, { ...options, initStrategy: options?.initStrategy ?? initToMedian() });
  }

  /** Runs the guide. */
  protected override run(args: readonly unknown[]): Record<string, Tensor> {
    const prototype = this.discover(args);
    return Object.fromEntries(
      prototype.sites.map((site) => {
        const { name, shape, support, eventDim, plates } = site;
        return [
          name,
          inPlates(plates, prototype, () => {
            const value = this.param(
              `${name}_${this.prefix}_loc`,
              shape,
              (key) => repeatTo(this.first(key, args).get(name)!, fullShape(shape, eventDim, site)),
              { constraint: support, eventDim },
            );
            return sample(name, new Computed(value, constant(0), support, eventDim));
          }),
        ];
      }),
    );
  }

  /** Returns the values of the sites at the median of the posterior, by name. */
  override median(params: Record<string, Tensor>): Record<string, Tensor> {
    const { prefix, latents: { sites } } = this;
    return Object.fromEntries(sites.map(({ name }) => [name, this.own(params, `${name}_${prefix}_loc`)]));
  }

  /** Draws from the posterior: values of the sites, `sampleShape + shape of the site`, by name. */
  override sampleLatent(
    _key: Key,
    params: Record<string, Tensor>,
    sampleShape: Shape = [],
  ): Record<string, Tensor> {
    const repeated = (value: Tensor) => tf.broadcastTo(value, [...sampleShape, ...value.shape]);
    return mapTree(this.median(params), isTensor, repeated);
  }
}
