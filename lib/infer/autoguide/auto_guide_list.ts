import type { AnyFunction } from "../../ppl/mod.ts";
import { isTensor, type Key, mapTree, type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { initToFeasible } from "../latent/mod.ts";
import { AutoContinuous } from "./auto_continuous.ts";
import { AutoGuide } from "./auto_guide.ts";

/** A guide of part of a model's latent sites: automatic, or a function with these sites. */
export type GuidePart = AutoGuide | AnyFunction;

/**
 * A guide put together from guides for parts of the latent sites, as Pyro's and NumPyro's
 * AutoGuideList. An automatic part is told its sites by the options `hide` or `expose`, which stand
 * for the `block` around its model; a part may also be a function of your own.
 *
 * @example A point for one site, a normal for the others
 * ```ts
 * import { adam, AutoDelta, AutoGuideList, AutoNormal, HalfNormal, key } from "@pyrosaur/pyrosaur";
 * import { Normal, sample, SVI } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new Normal(0, sample("scale", new HalfNormal(1))));
 * const guide = new AutoGuideList(model, [
 *   new AutoNormal(model, { hide: ["scale"] }),
 *   new AutoDelta(model, { expose: ["scale"] }),
 * ]);
 * const { params } = await new SVI(model, guide, adam({ lr: 0.01 })).run(key(0), 10, []);
 * assert.deepEqual(Object.keys(params), ["x_auto_loc", "x_auto_scale", "scale_auto_loc"]);
 * assert.deepEqual(Object.keys(guide.median(params)), ["x", "scale"]);
 * ```
 */
export class AutoGuideList extends AutoGuide {
  /** The parts, which run one after the other. */
  readonly parts: readonly GuidePart[];

  /**
   * Puts together a guide.
   * @param parts guides that between them have each latent site of the model once
   * @throws Error without parts, and for two parts whose parameters would have the same names.
   */
  constructor(model: AnyFunction, parts: readonly GuidePart[]) {
    super(model, { initStrategy: initToFeasible() });
    const fail = (why: string): never => {
      throw new Error(`Cannot make AutoGuideList: ${why}`);
    };
    if (!Array.isArray(parts) || parts.length === 0) fail("expected a list of guides");
    parts.forEach((part, i) => {
      if (typeof part !== "function") fail(`part ${i} is ${typeof part}, expected a guide`);
    });
    const vectors = parts.filter((part): part is AutoContinuous => part instanceof AutoContinuous);
    const twice = vectors.find(({ prefix }, i) => vectors.findIndex((v) => v.prefix === prefix) < i);
    if (twice) {
      fail(
        `two parts have the prefix "${twice.prefix}"; give each { prefix } of its own, part of its parameters' names`,
      );
    }
    this.parts = [...parts];
  }

  /** Runs the parts. */
  protected override run(args: readonly unknown[]): Record<string, Tensor> {
    const values: Record<string, Tensor> = {};
    for (const part of this.parts) Object.assign(values, part(...args));
    return values;
  }

  /** Runs the model once eagerly for all parts. */
  override setup(...args: unknown[]): this {
    for (const part of this.#automatic("set up", true)) part.setup(...args);
    return super.setup(...args);
  }

  /** Returns the values of the sites at the medians of the parts, by name. */
  override median(params: Record<string, Tensor>): Record<string, Tensor> {
    return this.#collect("take the median of", (part) => part.median(params));
  }

  /**
   * Returns quantiles of each site by name: `[number of levels, ...shape of the site]`. Those of a
   * point are the point.
   * @param levels probabilities between 0 and 1
   */
  quantiles(params: Record<string, Tensor>, levels: readonly number[]): Record<string, Tensor> {
    return this.#collect(
      "take quantiles of",
      (part) =>
        part instanceof AutoContinuous || part instanceof AutoGuideList
          ? part.quantiles(params, levels)
          : mapTree(part.median(params), isTensor, (value) => repeated(value, levels.length)),
    );
  }

  /** Draws from the posterior: values of the sites, `sampleShape + shape of the site`, by name. */
  override sampleLatent(
    key: Key,
    params: Record<string, Tensor>,
    sampleShape: Shape = [],
  ): Record<string, Tensor> {
    const keys = key.split(this.parts.length);
    return this.#collect("draw from", (part, i) => part.sampleLatent(keys[i], params, sampleShape));
  }

  #automatic(act: string, isLenient = false): AutoGuide[] {
    const other = this.parts.findIndex((part) => !(part instanceof AutoGuide));
    if (other < 0 || isLenient) return this.parts.filter((part) => part instanceof AutoGuide);
    throw new Error(`Cannot ${act} AutoGuideList: part ${other} is a function; draw from it by Predictive`);
  }

  #collect(act: string, of: (part: AutoGuide, i: number) => Record<string, Tensor>): Record<string, Tensor> {
    const values: Record<string, Tensor> = {};
    this.#automatic(act).forEach((part, i) => Object.assign(values, of(part, i)));
    return values;
  }
}

const repeated = (value: Tensor, count: number): Tensor => tf.broadcastTo(value, [count, ...value.shape]);
