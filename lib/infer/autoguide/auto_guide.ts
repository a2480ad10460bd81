import { checkOptions, inConsoles, type OptionNames } from "../../system/mod.ts";
import { bijectTo, type Transform } from "../../distributions/mod.ts";
import { type AnyFunction, param, type ParamOptions } from "../../ppl/mod.ts";
import { asTensor, formatShape, type Key, sameShape, type Shape, type Tensor } from "../../tensor/mod.ts";
import { Callable } from "../callable.ts";
import {
  firstValues,
  type InitStrategy,
  type LatentSite,
  type Prototype,
  prototypeOf,
} from "../latent/mod.ts";

/** Options of automatic guides. */
export interface AutoGuideOptions {
  /** The values that the sites start at. */
  initStrategy?: InitStrategy;
  /** The standard deviation that normals start with, in unconstrained space (default 0.1). */
  initScale?: number;
  /** Part of the parameters' names (default "auto"). */
  prefix?: string;
  /** Names of latent sites that the guide leaves to others, see `AutoGuideList`. */
  hide?: readonly string[];
  /** Names of the latent sites that the guide is for; it leaves all others to others. */
  expose?: readonly string[];
}

/** The names of the options. */
export const autoGuideOptionNames: OptionNames<AutoGuideOptions> = {
  initStrategy: true,
  initScale: true,
  prefix: true,
  hide: true,
  expose: true,
};

/** A guide made from a model: a function of its arguments, with questions to the posterior. */
export interface AutoGuide {
  /** Runs the guide, which has a site for each latent one of the model; returns values by name. */
  (...args: any[]): Record<string, Tensor>;
}

/** The base of automatic guides. Its objects are functions. */
export abstract class AutoGuide extends Callable {
  #prototype: Prototype | undefined;
  #names: ReadonlySet<string> | undefined;
  /** First values by the arguments of one run. */
  readonly #first = new WeakMap<readonly unknown[], Map<string, Tensor>>();
  /** The model. */
  readonly model: AnyFunction;
  /** The values that the sites start at. */
  readonly initStrategy: InitStrategy;
  /** The standard deviation that normals start with. */
  readonly initScale: number;
  /** Part of the parameters' names. */
  readonly prefix: string;
  readonly #isExposed: (name: string) => boolean;
  /** True where it leaves latent sites of the model to other guides. */
  readonly isPartial: boolean;

  /** Makes the guide of a model. */
  constructor(model: AnyFunction, options: AutoGuideOptions & { initStrategy: InitStrategy }) {
    super();
    const kind = new.target.name;
    checkOptions(`make ${kind}`, options, autoGuideOptionNames);
    const { initStrategy, initScale = 0.1, prefix = "auto", hide, expose } = options;
    if (typeof model !== "function") {
      throw new Error(`Cannot make ${kind}: the model is ${typeof model}, expected a function`);
    }
    if (!(initScale > 0)) {
      throw new Error(`Cannot make ${kind}: initScale is ${initScale}, expected a number above 0`);
    }
    this.model = model;
    this.initStrategy = initStrategy;
    this.initScale = initScale;
    this.prefix = prefix;
    if (hide && expose) throw new Error(`Cannot make ${kind}: found hide and expose, expected one of them`);
    this.isPartial = (hide ?? expose) !== undefined;
    this.#isExposed = (name) => expose?.includes(name) ?? !hide?.includes(name);
  }

  /** Runs the guide. */
  protected abstract override run(args: readonly unknown[]): Record<string, Tensor>;

  /** Returns the values of the sites at the median of the posterior, by name. */
  abstract median(params: Record<string, Tensor>): Record<string, Tensor>;

  /** Draws from the posterior: values of the sites, `sampleShape + shape of the site`, by name. */
  abstract sampleLatent(
    key: Key,
    params: Record<string, Tensor>,
    sampleShape?: Shape,
  ): Record<string, Tensor>;

  /** Finds the latent sites by a run of the model in which nothing is drawn. */
  protected discover(args: readonly unknown[]): Prototype {
    const isOwn = (name: string) => this.#names?.has(name) ?? this.#isExposed(name);
    const prototype = prototypeOf(this.model, args, this.constructor.name, isOwn);
    // What is latent is settled by the first run: in later ones data may be missing, to be
    // predicted.
    this.#names ??= new Set(prototype.sites.map((site) => site.name));
    return this.#prototype = prototype;
  }

  /**
   * Returns the first values of the sites: in one run of the guide those of one run of the model,
   * whose key is that of the parameter that asks first.
   */
  protected first(key: Key, args: readonly unknown[]): Map<string, Tensor> {
    let values = this.#first.get(args);
    if (!values) this.#first.set(args, values = firstValues(this.model, this.initStrategy, key, args));
    return values;
  }

  /**
   * Runs the model once eagerly, with the arguments of training: for a guide whose parameters were
   * trained elsewhere. What is latent in this run the guide has.
   */
  setup(...args: unknown[]): this {
    this.#names = undefined;
    this.discover(args);
    return this;
  }

  /** Returns the model's name and the latent sites with their shapes, for `console.log`. */
  [inConsoles](): string {
    const sites = this.#prototype?.sites.map(({ name, shape }) => `${name} ${formatShape(shape)}`);
    return `${this.constructor.name}(${this.model.name || "a model"}): ${
      sites?.join(", ") ?? "its model has not run yet; train it, or call setup"
    }`;
  }

  /** The latent sites as last seen. Throws before the guide has seen its model run. */
  get latents(): Prototype {
    if (this.#prototype) return this.#prototype;
    throw new Error(
      `Cannot ask ${this.constructor.name} before it has seen its model run: train it, or call setup with the model's arguments`,
    );
  }

  /**
   * Registers a parameter of the guide.
   * @param shape the one that the model needs in this run, within its plates
   * @throws Error where the value given has another.
   */
  protected param(name: string, shape: Shape, init: (key: Key) => Tensor, options?: ParamOptions): Tensor {
    const value = param(name, init, options);
    if (sameShape(value.shape, shape)) return value;
    throw new Error(
      `Cannot use ${this.constructor.name}: its parameter "${name}" has shape ${
        formatShape(value.shape)
      }, the ` +
        `model's latent sites in this run (${
          this.latents.sites.map((site) => `"${site.name}"`).join(", ")
        }) need ` +
        `${
          formatShape(shape)
        }: the parameters are of another model, of other arguments, or of a guide whose setup ` +
        "was not called. For steps beyond the data, give Predictive the draws of sampleLatent as posteriorSamples",
    );
  }

  /** Returns a parameter of the guide by its name. Throws where the parameters lack it. */
  protected own(params: Record<string, Tensor>, name: string): Tensor {
    const value = params && Object.hasOwn(params, name) ? params[name] : undefined;
    if (value) return asTensor(value);
    throw new Error(
      `Cannot find parameter "${name}" of ${this.constructor.name}: the parameters given are ${
        Object.keys(params ?? {}).join(", ") || "none"
      }`,
    );
  }

  /** Returns the transform to the support of a site, usable now. */
  protected transformOf(
    { name, support, fixedSupport, isDependent, transform, plates }: LatentSite,
  ): Transform {
    if (fixedSupport) return bijectTo(fixedSupport);
    if (isDependent) {
      throw new Error(
        `Cannot transform site "${name}" outside the model: its support ${support} depends on other sites; draw from ` +
          "the posterior by Predictive",
      );
    }
    const isWhole = plates.every((plate) => plate.size === plate.fullSize);
    if (this.latents.isEager && isWhole) return transform;
    if (!isWhole) {
      throw new Error(
        `Cannot transform site "${name}" outside the model: its support ${support} depends on the members that take part`,
      );
    }
    throw new Error(
      `Cannot transform site "${name}" outside the model: its support ${support} depends on the arguments; call setup with them first`,
    );
  }
}
