import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { vmap } from "../../compile/mod.ts";
import {
  AffineTransform,
  bijectTo,
  constraints,
  type Distribution,
  IndependentTransform,
  inverseOf,
  Normal,
  type Transform,
  TransformedDistribution,
} from "../../distributions/mod.ts";
import { type AnyFunction, around, type Handler, isolated, type SampleMessage, seed } from "../../ppl/mod.ts";
import { substitute, trace } from "../../ppl/mod.ts";
import { isTensor, type Key, mapTree, type Shape, sizeOf, type Tensor, tf } from "../../tensor/mod.ts";
import { fullShape, initToFeasible, type LatentSite, paramsOf } from "../latent/mod.ts";
import { AutoGuide, autoGuideOptionNames, type AutoGuideOptions } from "./auto_guide.ts";

/** A latent site, as a guide that follows the prior makes its distribution. */
export interface PriorSite {
  /** The name. */
  readonly name: string;
  /** The model's distribution, given the values that were drawn before. */
  readonly prior: Distribution;
  /** The transform from unconstrained numbers to the prior's support. */
  readonly transform: Transform;
  /** The number of rightmost axes of the unconstrained numbers that are the event's. */
  readonly eventDim: number;
  /**
   * Registers a parameter `<site>_auto_<name>` of the shape of the unconstrained numbers, one for
   * each member of plates, filled with a number.
   */
  param(name: string, first: number, constraint?: "real" | "positive"): Tensor;
}

/** A way to make a site's distribution in the guide from that in the model. */
export type FromPrior = (site: PriorSite) => Distribution;

/**
 * Makes normal numbers in unconstrained space around weight times the prior's mean, as Pyro's
 * `AutoHierarchicalNormalMessenger`: what a site shares with those above it, it has from them.
 * Parameters: `<site>_auto_loc`, `_scale` and `_weight`, which begin at the prior's mean.
 *
 * @param options `initScale`: the standard deviations at first (default 0.1)
 */
export function aroundPriorMean(options?: { initScale?: number }): FromPrior {
  checkOptions("make aroundPriorMean", options, { initScale: true });
  return ({ prior, transform, eventDim, param }) => {
    const mean = transform.inverse(prior.mean).mul(param("weight", 1));
    const loc = mean.add(param("loc", 0)), scale = param("scale", options?.initScale ?? 0.1, "positive");
    return new TransformedDistribution(new Normal(loc, scale).toEvent(eventDim), transform);
  };
}

/**
 * Makes the prior, moved and scaled in unconstrained space, as Pyro's `AutoRegressiveMessenger`:
 * the guide has the prior's dependencies, and its distributions where they begin. Parameters:
 * `<site>_auto_loc` and `_scale`.
 */
export function affineOfPrior(): FromPrior {
  return ({ prior, transform, eventDim, param }) => {
    const affine = new AffineTransform(param("loc", 0), param("scale", 1, "positive"));
    const moved = eventDim > 0 ? new IndependentTransform(affine, eventDim) : affine;
    return new TransformedDistribution(prior, [inverseOf(transform), moved, transform]);
  };
}

const optionNames: OptionNames<Omit<AutoGuideOptions, "initStrategy" | "initScale">> = (() => {
  const { initStrategy: _strategy, initScale: _scale, ...rest } = autoGuideOptionNames;
  return rest;
})();

/**
 * A guide that runs the model, and draws each latent site from a distribution made from its prior,
 * given the values before, as Pyro's `AutoMessenger`: it has the dependencies of the prior.
 *
 * @example Members of a group follow the group's mean
 * ```ts
 * import { adam, aroundPriorMean, AutoMessenger, key, Normal, plate } from "@pyrosaur/pyrosaur";
 * import { sample, SVI } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * function model() {
 *   const mean = sample("mean", new Normal(0, 1));
 *   using _members = plate("members", 3);
 *   sample("x", new Normal(sample("own", new Normal(mean, 0.1)), 1), { obs: [1, 2, 3] });
 * }
 * const guide = new AutoMessenger(model, aroundPriorMean());
 * const { params } = await new SVI(model, guide, adam({ lr: 0.02 })).run(key(0), 10, []);
 * assert.deepEqual(params.own_auto_weight.shape, [3]);
 * assert.deepEqual(guide.sampleLatent(key(1), params, [5]).own.shape, [5, 3]);
 * ```
 */
export class AutoMessenger extends AutoGuide {
  /**
   * Makes the guide of a model.
   *
   * @param posterior the way, such as `aroundPriorMean()` or `affineOfPrior()`; or ways by name
   * @throws Error, when run, for a site in a scan and one without a way.
   */
  constructor(
    model: AnyFunction,
    readonly posterior: FromPrior | Readonly<Record<string, FromPrior>>,
    options?: Omit<AutoGuideOptions, "initStrategy" | "initScale">,
  ) {
    checkOptions("make AutoMessenger", options, optionNames);
    super(model, { ...options, initStrategy: initToFeasible() });
  }

  /** Runs the guide. */
  protected override run(args: readonly unknown[]): Record<string, Tensor> {
    const prototype = this.discover(args), values: Record<string, Tensor> = {};
    const params = paramsOf(this.model, args),
      sites = new Map(prototype.sites.map((site) => [site.name, site]));
    const handler: Handler = {
      label: "AutoMessenger",
      process: {
        sample: (message) => {
          const site = sites.get(message.name);
          if (!site || message.isObserved) message.stop = true;
          else message.distribution = this.#made(message, site);
        },
        deterministic: (message) => void (message.stop = true),
        // The parameters of the model are its own.
        param(message) {
          if (Object.hasOwn(params, message.name)) {
            [message.value, message.stop] = [params[message.name], true];
          }
        },
      },
      postprocess: { sample: ({ name, value }) => void (sites.has(name) && (values[name] = value!)) },
    };
    around(this.model, () => handler)(...args);
    return values;
  }

  #made(
    { name, distribution: prior, scanned }: SampleMessage,
    site: LatentSite,
  ): Distribution {
    const { posterior, prefix } = this;
    const make = typeof posterior === "function"
      ? posterior
      : Object.hasOwn(posterior, name)
      ? posterior[name]
      : undefined;
    if (scanned || !make) {
      throw new Error(
        `Cannot use AutoMessenger: site "${name}" ${
          scanned ? "is in a scan; AutoStructured has sites of scans" : "has no way among those given"
        }`,
      );
    }
    const { unconstrainedShape: shape, unconstrainedEventDim: eventDim } = site;
    const full = fullShape(shape, eventDim, site);
    return make({
      name,
      prior,
      transform: bijectTo(prior.support),
      eventDim,
      // The plates of the site, which are open, cut it to the members that take part.
      param: (part, first, constraint = "real") =>
        this.param(`${name}_${prefix}_${part}`, shape, () => tf.fill([...full], first), {
          constraint: constraint === "positive" ? constraints.softplusPositive : constraints.real,
          eventDim,
        }),
    });
  }

  /** Throws: the median has no closed form. */
  override median(): never {
    throw new Error(
      "Cannot take the median of AutoMessenger: it has no closed form; take it of draws, by sampleLatent",
    );
  }

  /**
   * Draws from the posterior: values of the sites, `sampleShape + shape of the site`, by name.
   * @param args the arguments of the model
   */
  override sampleLatent(
    key: Key,
    params: Record<string, Tensor>,
    sampleShape: Shape = [],
    ...args: unknown[]
  ): Record<string, Tensor> {
    const at = substitute(this as AnyFunction, { data: params });
    const draw = (one: Key): Record<string, Tensor> => {
      const { stochasticSites } = isolated(() => trace(seed(at, one)).get(...args));
      return Object.fromEntries(stochasticSites.map(({ name, value }) => [name, value]));
    };
    const drawn = vmap(draw, { size: sizeOf(sampleShape) })(key as never) as unknown as Record<
      string,
      Tensor
    >;
    return mapTree(drawn, isTensor, (x) => x.reshape([...sampleShape, ...x.shape.slice(1)]));
  }
}
