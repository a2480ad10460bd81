import { checkOptions, type OptionNames } from "../../system/mod.ts";
import {
  type Distribution,
  LowerCholeskyAffine,
  LowRankMultivariateNormal,
} from "../../distributions/mod.ts";
import type { Transform } from "../../distributions/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { constant, linalg, type Tensor } from "../../tensor/mod.ts";
import type { Prototype } from "../latent/mod.ts";
import { AutoContinuous } from "./auto_continuous.ts";
import { autoGuideOptionNames, type AutoGuideOptions } from "./auto_guide.ts";

/** Options of `AutoLowRankMultivariateNormal`. */
export interface AutoLowRankOptions extends AutoGuideOptions {
  /** The number of shared directions (default: the root of the vector's length, rounded). */
  rank?: number;
}

const optionNames: OptionNames<AutoLowRankOptions> = { ...autoGuideOptionNames, rank: true };

/**
 * A guide whose numbers are correlated by few shared directions, as Pyro's and NumPyro's
 * AutoLowRankMultivariateNormal: the covariance is diag(scale) (1 + F F^T) diag(scale), with
 * parameters `auto_loc`, `auto_scale` and `auto_cov_factor`, F, `[D, rank]`.
 *
 * @example A guide of three numbers with one direction
 * ```ts
 * import { adam, AutoLowRankMultivariateNormal, Normal, sample, SVI } from "@pyrosaur/pyrosaur";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("x", new Normal(tf.zeros([3]), 1).toEvent(1));
 * const guide = new AutoLowRankMultivariateNormal(model, { rank: 1 });
 * const { params } = await new SVI(model, guide, adam({ lr: 0.01 })).run(random.key(0), 10, []);
 * assert.deepEqual(params.auto_cov_factor.shape, [3, 1]);
 * ```
 */
export class AutoLowRankMultivariateNormal extends AutoContinuous {
  readonly #rank: number | undefined;

  /**
   * Makes the guide of a model.
   * @throws Error for a rank that is no positive integer.
   */
  constructor(model: AnyFunction, options?: AutoLowRankOptions) {
    checkOptions("make AutoLowRankMultivariateNormal", options, optionNames);
    const { rank, ...others } = options ?? {};
    super(model, others);
    if (rank !== undefined && !(Number.isSafeInteger(rank) && rank > 0)) {
      throw new Error(
        `Cannot make AutoLowRankMultivariateNormal: rank is ${rank}, expected a positive integer`,
      );
    }
    this.#rank = rank;
  }

  /** Returns the distribution of the vector, and registers its parameters. */
  protected override distribution(prototype: Prototype, args: readonly unknown[]): Distribution {
    const { size } = prototype, rank = this.#rank ?? Math.max(1, Math.round(Math.sqrt(size)));
    const loc = this.loc(prototype, args), scale = this.scale(prototype);
    const first = (key: Parameters<Parameters<typeof this.param>[2]>[0]): Tensor =>
      key.draw("normal", [size, rank]).mul(constant(1 / Math.sqrt(rank)));
    return normal(loc, scale, this.param(`${this.prefix}_cov_factor`, [size, rank], first));
  }

  /** Returns the distribution of the unconstrained numbers of all sites, at given parameters. */
  override getPosterior(params: Record<string, Tensor>): LowRankMultivariateNormal {
    const own = (name: string) => this.own(params, `${this.prefix}_${name}`);
    return normal(own("loc"), own("scale"), own("cov_factor"));
  }

  /** Returns the transform that makes the vector from standard normal numbers `[..., D]`. */
  override getTransform(params: Record<string, Tensor>): Transform {
    const { loc, covFactor, covDiag } = this.getPosterior(params);
    const covariance = linalg.matmul(covFactor, covFactor, false, true).add(linalg.diagEmbed(covDiag));
    return new LowerCholeskyAffine(loc, linalg.cholesky(covariance as Tensor));
  }
}

function normal(loc: Tensor, scale: Tensor, factor: Tensor): LowRankMultivariateNormal {
  return new LowRankMultivariateNormal(loc, factor.mul(scale.expandDims(-1)) as Tensor, scale.square(), {
    validate: false,
  });
}
