import { ComposeTransform, type Distribution, Normal, type Transform } from "../../distributions/mod.ts";
import { TransformedDistribution } from "../../distributions/mod.ts";
import { type AnyFunction, isolated, substitute } from "../../ppl/mod.ts";
import { type Tensor, tf } from "../../tensor/mod.ts";
import type { Prototype } from "../latent/mod.ts";
import { AutoContinuous } from "./auto_continuous.ts";
import type { AutoGuideOptions } from "./auto_guide.ts";

/** A function that makes the flows of a guide, and registers their parameters, by `module`. */
export type MakeFlows = (size: number) => readonly Transform[];

/**
 * A guide that flows make from standard normal numbers, as Pyro's AutoNormalizingFlow. Its
 * parameters are those that the flows register; `initStrategy` and `initScale` have no part in it.
 *
 * @example A flow for two correlated numbers
 * ```ts
 * import { adam, AutoNormalizingFlow, Normal, Planar, param } from "@pyrosaur/pyrosaur";
 * import { sample, SVI } from "@pyrosaur/pyrosaur";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("y", new Normal(sample("x", new Normal(0, 1)), 1));
 * const vector = (name: string, size: number) => param(name, tf.fill([size], 0.1));
 * const guide = new AutoNormalizingFlow(model, (size) => [
 *   new Planar(param("bias", tf.scalar(0)), vector("u", size), vector("w", size)),
 * ]);
 * const { params } = await new SVI(model, guide, adam({ lr: 0.01 })).run(random.key(0), 20, []);
 * assert.deepEqual(Object.keys(params).sort(), ["bias", "u", "w"]);
 * ```
 */
export class AutoNormalizingFlow extends AutoContinuous {
  readonly #make: MakeFlows;

  /**
   * Makes the guide of a model.
   * @param makeFlows makes the flows, the first one first, from the number of unconstrained numbers
   */
  constructor(model: AnyFunction, makeFlows: MakeFlows, options?: AutoGuideOptions) {
    super(model, options);
    if (typeof makeFlows !== "function") {
      throw new Error(
        `Cannot make ${new.target.name}: found ${typeof makeFlows}, expected a function that makes flows`,
      );
    }
    this.#make = makeFlows;
  }

  /** Returns the distribution of the vector, and registers its parameters. */
  protected override distribution({ size }: Prototype): Distribution {
    return new TransformedDistribution(new Normal(tf.zeros([size]), 1).toEvent(1), this.#make(size));
  }

  /** Returns the distribution of the unconstrained numbers of all sites, at given parameters. */
  override getPosterior(params: Record<string, Tensor>): TransformedDistribution {
    const { latents } = this;
    const run = substitute(() => this.distribution(latents), { data: params });
    return isolated(run) as TransformedDistribution;
  }

  /** Returns the flows, one after the other, at given parameters. */
  override getTransform(params: Record<string, Tensor>): Transform {
    return new ComposeTransform(this.getPosterior(params).transforms);
  }

  /** Throws: the moments of flows have no closed form. */
  protected override moments(): never {
    throw new Error(
      `Cannot take quantiles of ${this.constructor.name}: those of flows have no closed form; take them of draws, by sampleLatent`,
    );
  }
}
