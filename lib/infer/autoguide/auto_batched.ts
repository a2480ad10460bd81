import { checkOptions, type OptionNames } from "../../system/mod.ts";
import type { Distribution, Transform } from "../../distributions/mod.ts";
import { type AnyFunction, isolated, substitute } from "../../ppl/mod.ts";
import { formatShape, linalg, sameShape, sizeOf, type Tensor, tf } from "../../tensor/mod.ts";
import { cutInto, joined, type Prototype } from "../latent/mod.ts";
import { AutoContinuous, below } from "./auto_continuous.ts";
import { autoGuideOptionNames, type AutoGuideOptions } from "./auto_guide.ts";
import type { NoiseImage } from "./noise_image.ts";
import { StructuredNormal } from "./structured_normal.ts";
import { StructuredTransform } from "./structured_transform.ts";

/** Options of `AutoBatchedMultivariateNormal`. */
export interface AutoBatchedOptions extends AutoGuideOptions {
  /** The number of leading axes of each site that count members (default 1). */
  batchNdim?: number;
}

const optionNames: OptionNames<AutoBatchedOptions> = { ...autoGuideOptionNames, batchNdim: true };

/**
 * A guide of members that are independent of each other, with all correlations among the numbers of
 * each, as NumPyro's AutoBatchedMultivariateNormal: of B members with m numbers it has B m^2
 * numbers of a Cholesky factor where `AutoMultivariateNormal` has (B m)^2. All latent sites have
 * the members along their leading axes. Parameters are `auto_loc` and `auto_scale`, of the vector
 * of all sites, and `auto_scale_tril` `[B, m, m]`, whose part below the diagonal is L of the
 * factors diag(scale) (1 + L).
 *
 * @example Three members with two numbers each
 * ```ts
 * import { adam, AutoBatchedMultivariateNormal, key, Normal, plate } from "@pyrosaur/pyrosaur";
 * import { sample, SVI } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * function model() {
 *   using _members = plate("members", 3);
 *   sample("y", new Normal(sample("x", new Normal(0, 1)), 0.5));
 * }
 * const guide = new AutoBatchedMultivariateNormal(model);
 * const { params } = await new SVI(model, guide, adam({ lr: 0.01 })).run(key(0), 10, []);
 * assert.deepEqual(params.auto_scale_tril.shape, [3, 2, 2]);
 * ```
 */
export class AutoBatchedMultivariateNormal extends AutoContinuous {
  /** The number of leading axes of each site that count members. */
  readonly batchNdim: number;

  /**
   * Makes the guide of a model.
   * @throws Error where `batchNdim` is no positive integer; when run, for sites whose leading axes
   * differ.
   */
  constructor(model: AnyFunction, options?: AutoBatchedOptions) {
    checkOptions("make AutoBatchedMultivariateNormal", options, optionNames);
    const { batchNdim = 1, ...others } = options ?? {};
    super(model, others);
    if (!(Number.isSafeInteger(batchNdim) && batchNdim > 0)) {
      throw new Error(
        `Cannot make AutoBatchedMultivariateNormal: batchNdim is ${batchNdim}, expected a positive integer`,
      );
    }
    this.batchNdim = batchNdim;
  }

  /** Returns the number of members, which all sites have along their leading axes. */
  #members({ sites }: Prototype): number {
    const batches = sites.map(({ unconstrainedShape: shape }) => shape.slice(0, this.batchNdim)),
      [batch] = batches;
    const odd = batches.findIndex((own) => own.length < this.batchNdim || !sameShape(own, batch));
    if (odd < 0) return sizeOf(batch);
    const [found, expected] = [sites[odd].unconstrainedShape, batch].map(formatShape);
    throw new Error(
      `Cannot use AutoBatchedMultivariateNormal: site "${
        sites[odd].name
      }" has the shape ${found}, expected the ` +
        `members of all sites along its first ${this.batchNdim}, such as ${expected}; leave it to another guide, by ` +
        "{ hide } and AutoGuideList",
    );
  }

  /** Returns the distribution of the vector, and registers its parameters. */
  protected override distribution(prototype: Prototype, args: readonly unknown[]): Distribution {
    const members = this.#members(prototype), size = prototype.size / members;
    const loc = this.loc(prototype, args), scale = this.scale(prototype), shape = [members, size, size];
    const lower = this.param(`${this.prefix}_scale_tril`, shape, () => tf.zeros(shape)).mul(
      below(size),
    ) as Tensor;
    const own = byMember(scale, lower, prototype.sites.map((site) => site.size));
    return new StructuredNormal([{ size: prototype.size, loc, own, upstream: [] }], [0]);
  }

  /** Returns the distribution of the unconstrained numbers of all sites, at given parameters. */
  override getPosterior(params: Record<string, Tensor>): Distribution {
    const { latents } = this;
    return isolated(substitute(() => this.distribution(latents, []), { data: params })) as Distribution;
  }

  /** Returns the transform that makes the vector from standard normal numbers. */
  override getTransform(params: Record<string, Tensor>): Transform {
    return new StructuredTransform(this.getPosterior(params) as StructuredNormal);
  }
}

/** Makes a vector of sites' numbers, correlated within each member by `lower` `[B, m, m]`. */
function byMember(scale: Tensor, lower: Tensor, sizes: readonly number[]): NoiseImage {
  const [members, m] = lower.shape, each = sizes.map((size) => size / members);
  /** Returns the numbers of members, `[B, rows, m]`. */
  const apart = (x: Tensor): Tensor => {
    const rows = x.reshape([-1, members * m]);
    const parts = cutInto(rows, sizes, 1).map((part, i) => part.reshape([-1, members, each[i]]));
    return joined(parts, 2).transpose([1, 0, 2]);
  };
  const together = (x: Tensor, { shape }: Tensor): Tensor => {
    const parts = cutInto(x.transpose([1, 0, 2]), each, 2).map((part, i) => part.reshape([-1, sizes[i]]));
    return joined(parts, 1).reshape(shape);
  };
  return {
    scale,
    forward(noise) {
      const x = apart(noise);
      return together(x.add(tf.matMul(x as never, lower as never, false, true)) as Tensor, noise).mul(scale);
    },
    inverse(deviation) {
      const x = apart(deviation.div(scale)), factor = lower.add(tf.eye(m)) as Tensor;
      return together(linalg.triangularSolve(factor, x.transpose([0, 2, 1])).transpose([0, 2, 1]), deviation);
    },
  };
}
