import { checkOptions, emptyRecord, type OptionNames } from "../../system/mod.ts";
import { constraints, type Distribution, type Transform } from "../../distributions/mod.ts";
import { type AnyFunction, inferConfig, isolated, substitute } from "../../ppl/mod.ts";
import { type Key, type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { initToFeasible, type LatentSite, type Prototype } from "../latent/mod.ts";
import { AutoContinuous, below } from "./auto_continuous.ts";
import { autoGuideOptionNames, type AutoGuideOptions } from "./auto_guide.ts";
import { posteriorDependencies } from "./dependencies.ts";
import { autoregressive, correlated, independent, type NoiseImage, times } from "./noise_image.ts";
import { type StructuredBlock, StructuredNormal } from "./structured_normal.ts";
import { StructuredTransform } from "./structured_transform.ts";

/**
 * The distribution of a site given what it depends on: a point, or normal numbers, independent,
 * with all correlations, or, for a site of a `scan`, each step's depending on those of the step
 * before; or a function that draws the deviations `[size]` from the median, by `sample` and what it
 * registers, as a vector of one site.
 */
export type Conditional = "delta" | "normal" | "mvn" | "autoregressive" | ((size: number) => Tensor);

const kinds: readonly unknown[] = ["delta", "normal", "mvn", "autoregressive"] satisfies Conditional[];

/**
 * The way in which a site depends on another: by a matrix, or by a function from deviations
 * `[..., numbers of the other]` to shifts `[..., numbers of the site]`, which may register
 * parameters.
 */
export type Dependency = "linear" | ((deviation: Tensor) => Tensor);

/** Options of `AutoStructured`. */
export interface AutoStructuredOptions extends AutoGuideOptions {
  /** The conditional of all sites, or by name (default "mvn"). */
  conditionals?: Conditional | Readonly<Record<string, Conditional>>;
  /**
   * The dependency of sites that meet in a factor of the model, later ones on earlier ones; or by
   * name of a site those on the sites that it depends on (default "linear").
   */
  dependencies?: Dependency | Readonly<Record<string, Readonly<Record<string, Dependency>>>>;
}

const optionNames: OptionNames<AutoStructuredOptions> = {
  ...autoGuideOptionNames,
  conditionals: true,
  dependencies: true,
};

/**
 * A guide of normal numbers with a structure of dependencies, as Pyro's AutoStructured: each site
 * has a conditional of its own, also one that a function draws, and is shifted, in unconstrained
 * space, by the deviations of the sites that it depends on. By default those meet in a factor of
 * the model, which makes the precision matrix as sparse as the model's. Parameters are
 * `<site>_auto_loc`, `<site>_auto_scale` (but for "delta"), `<site>_auto_scale_tril` ("mvn": the
 * part below the diagonal of the factor diag(scale) (1 + L); "autoregressive": one for each step),
 * `<site>_auto_transition` ("autoregressive": a matrix for each step but the first) and
 * `<site>_auto_weight_<other>` `[numbers of the site, of the other]`.
 *
 * @example A normal number on which two others depend
 * ```ts
 * import { adam, AutoStructured, key, Normal, plate, sample, SVI } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * function model() {
 *   const mean = sample("mean", new Normal(0, 1));
 *   using _two = plate("two", 2);
 *   sample("x", new Normal(sample("own", new Normal(mean, 1)), 1), { obs: [1, 2] });
 * }
 * const guide = new AutoStructured(model, { conditionals: { mean: "normal", own: "normal" } });
 * const { params } = await new SVI(model, guide, adam({ lr: 0.01 })).run(key(0), 10, []);
 * assert.deepEqual(params.own_auto_weight_mean.shape, [2, 1]);
 * ```
 */
export class AutoStructured extends AutoContinuous {
  readonly #conditionals: NonNullable<AutoStructuredOptions["conditionals"]>;
  readonly #dependencies: NonNullable<AutoStructuredOptions["dependencies"]>;
  /** The sites that each depends on, as found in the model. */
  #found: ReadonlyMap<string, readonly string[]> | undefined;

  /**
   * Makes the guide of a model; `initStrategy` defaults to `initToFeasible()`.
   * @throws Error for an unknown conditional; when run, for one of a site that the model lacks, and
   * for dependencies in a circle.
   */
  constructor(model: AnyFunction, options?: AutoStructuredOptions) {
    checkOptions("make AutoStructured", options, optionNames);
    const { conditionals = "mvn", dependencies = "linear", ...others } = options ?? {};
    super(model, others, initToFeasible());
    for (const kind of typeof conditionals === "object" ? Object.values(conditionals) : [conditionals]) {
      if (!kinds.includes(kind) && typeof kind !== "function") {
        throw new Error(
          `Cannot make AutoStructured: the conditional is ${kind}, expected "delta", "normal", "mvn", "autoregressive" or a function`,
        );
      }
    }
    this.#conditionals = conditionals;
    this.#dependencies = dependencies;
  }

  /** Finds the latent sites, and in the first run those that each depends on. */
  protected override discover(args: readonly unknown[]): Prototype {
    const prototype = super.discover(args);
    if (typeof this.#dependencies !== "object") {
      this.#found ??= posteriorDependencies(this.model, args, prototype.sites.map(({ name }) => name));
    }
    return prototype;
  }

  /** Returns the distribution of the vector, and registers its parameters. */
  protected override distribution(prototype: Prototype, args: readonly unknown[]): Distribution {
    const { sites } = prototype, names = sites.map(({ name }) => name);
    this.#check(names);
    const blocks = sites.map((site) => this.#block(site, names, args));
    return new StructuredNormal(blocks, orderOf(blocks, names));
  }

  #upstream(name: string): [string, Dependency][] {
    const all = this.#dependencies;
    if (typeof all !== "object") return (this.#found?.get(name) ?? []).map((other) => [other, all]);
    return Object.hasOwn(all, name) ? Object.entries(all[name]) : [];
  }

  #block(site: LatentSite, names: readonly string[], args: readonly unknown[]): StructuredBlock {
    const { name, size, transform } = site, prefix = `${name}_${this.prefix}`;
    const conditional = this.#conditional(name);
    const first = (key: Key) => transform.inverse(this.first(key, args).get(name)!).reshape([size]);
    const loc = this.param(`${prefix}_loc`, [size], first);
    const own = typeof conditional === "function"
      ? this.#drawn(site, conditional)
      : conditional === "delta"
      ? undefined
      : this.#image(site, prefix, conditional);
    const upstream = this.#upstream(name).map(([other, dependency]) => {
      const index = names.indexOf(other);
      if (dependency !== "linear") return { index, shift: dependency };
      const shape = [size, this.latents.sites[index].size];
      const weight = this.param(`${prefix}_weight_${other}`, shape, () => tf.zeros(shape));
      return { index, shift: (deviation: Tensor) => times(deviation, weight) };
    });
    return { size, loc, own, upstream };
  }

  #conditional(name: string): Conditional {
    return typeof this.#conditionals === "object" ? this.#conditionals[name] ?? "mvn" : this.#conditionals;
  }

  /** Has a function draw the deviations of a site. */
  #drawn({ name, size }: LatentSite, draw: (size: number) => Tensor): Tensor {
    const deviation = inferConfig(draw, () => ({ isAuxiliary: true }))(size);
    if (deviation?.shape?.at(-1) === size) return deviation;
    throw new Error(
      `Cannot use AutoStructured: the conditional of site "${name}" returns ${
        deviation?.shape ? `a tensor of shape [${deviation.shape}]` : typeof deviation
      }, expected the ${size} deviations as its last axis, [..., ${size}]`,
    );
  }

  #image(site: LatentSite, prefix: string, kind: Conditional): NoiseImage {
    const { size, steps, name } = site, constraint = constraints.softplusPositive;
    const zeros = (part: string, shape: Shape) =>
      this.param(`${prefix}_${part}`, shape, () => tf.zeros([...shape]));
    const scale = this.param(`${prefix}_scale`, [size], () => tf.fill([size], this.initScale), {
      constraint,
    });
    if (kind === "autoregressive") {
      if (!steps) {
        throw new Error(`Cannot use AutoStructured: site "${name}" is autoregressive, and is in no scan`);
      }
      const n = size / steps,
        lower = n > 1 ? zeros("scale_tril", [steps, n, n]).mul(below(n)) as Tensor : undefined;
      return autoregressive(scale, lower, zeros("transition", [steps - 1, n, n]));
    }
    if (kind === "normal" || size === 1) return independent(scale);
    return correlated(scale, zeros("scale_tril", [size, size]).mul(below(size)));
  }

  #check(names: readonly string[]): void {
    const ofConditionals = typeof this.#conditionals === "object" ? Object.keys(this.#conditionals) : [];
    const ofDependencies = typeof this.#dependencies === "object"
      ? Object.entries(this.#dependencies).flatMap(([name, others]) => [name, ...Object.keys(others)])
      : [];
    const unknown = [...ofConditionals, ...ofDependencies].find((name) => !names.includes(name));
    if (unknown === undefined) return;
    throw new Error(
      `Cannot use AutoStructured: the model has no latent site "${unknown}"; it has ${
        names.map((n) => `"${n}"`).join(", ")
      }`,
    );
  }

  /**
   * Returns the distribution of the unconstrained numbers of all sites, at given parameters. Its
   * mean and variance, and with them `quantiles`, are those of linear dependencies.
   */
  override getPosterior(params: Record<string, Tensor>): Distribution {
    const { latents } = this,
      drawn = latents.sites.find(({ name }) => typeof this.#conditional(name) === "function");
    if (drawn) {
      throw new Error(
        `Cannot return the posterior of AutoStructured: a function draws the conditional of site "${drawn.name}"; draw from the guide by Predictive`,
      );
    }
    return isolated(substitute(() => this.distribution(latents, []), { data: params })) as Distribution;
  }

  /** Returns the values of the sites at their locations, by name. */
  override median(params: Record<string, Tensor>): Record<string, Tensor> {
    const locs = this.latents.sites.map(({ name, size }) =>
      this.own(params, `${name}_${this.prefix}_loc`).reshape([size])
    );
    return this.valuesOf(tf.concat(locs, 0));
  }

  /**
   * Returns the transform that makes the vector from standard normal numbers: those of points are
   * left out of these, so that chains by `NeuTraReparam` have the points as they are, as Pyro's
   * `StructuredReparam`.
   */
  override getTransform(params: Record<string, Tensor>): Transform {
    return new StructuredTransform(this.getPosterior(params) as StructuredNormal);
  }
}

/** Returns the indices of blocks, each after those that it depends on. */
function orderOf(blocks: readonly StructuredBlock[], names: readonly string[]): number[] {
  const order: number[] = [], states = emptyRecord<"open" | "done">();
  const visit = (i: number): void => {
    if (states[i] === "done") return;
    if (states[i] === "open") {
      throw new Error(
        `Cannot use AutoStructured: site "${names[i]}" depends on itself, by way of others or at once`,
      );
    }
    states[i] = "open";
    for (const { index } of blocks[i].upstream) visit(index);
    states[i] = "done";
    order.push(i);
  };
  blocks.forEach((_, i) => visit(i));
  return order;
}
