import { AffineTransform, constraints, type Distribution, Independent } from "../../distributions/mod.ts";
import { IndependentTransform, LowerCholeskyAffine, MultivariateNormal } from "../../distributions/mod.ts";
import { Normal, type Transform } from "../../distributions/mod.ts";
import { type AnyFunction, sample } from "../../ppl/mod.ts";
import { constant, type Key, type Shape, special, type Tensor, tf } from "../../tensor/mod.ts";
import {
  constrain,
  cut,
  type InitStrategy,
  initToMedian,
  type Prototype,
  toVector,
  valueAndVolume,
  withAllMembers,
} from "../latent/mod.ts";
import { AffineNormal } from "./affine_normal.ts";
import { AutoGuide, type AutoGuideOptions } from "./auto_guide.ts";
import { Computed } from "./computed.ts";
import { inPlates } from "./plates.ts";

/**
 * The base of guides with one distribution over all unconstrained numbers together. One vector is
 * drawn, and the sites' values are computed from it.
 */
export abstract class AutoContinuous extends AutoGuide {
  /** Makes the guide of a model; `initStrategy` defaults to `initToMedian()`. */
  constructor(model: AnyFunction, options?: AutoGuideOptions, fallback: InitStrategy = initToMedian()) {
    super(model, { ...options, initStrategy: options?.initStrategy ?? fallback });
  }

  /** Returns the distribution of the vector, and registers its parameters. */
  protected abstract distribution(prototype: Prototype, args: readonly unknown[]): Distribution;

  /**
   * The distribution of the unconstrained numbers of all sites, one behind the other, at given
   * parameters.
   * @throws Error before the guide has seen its model run.
   */
  abstract getPosterior(params: Record<string, Tensor>): Distribution;

  /** Runs the guide. */
  protected override run(args: readonly unknown[]): Record<string, Tensor> {
    return this.draw(this.discover(args), args);
  }

  /** Draws the vector and computes the values of the sites from it, by name. */
  protected draw(prototype: Prototype, args: readonly unknown[]): Record<string, Tensor> {
    refuseSubsampling(this.constructor.name, prototype);
    const vector = sample(`_${this.prefix}_latent`, this.distribution(prototype, args), {
      infer: { isAuxiliary: true },
    });
    return distribute(vector, prototype);
  }

  /** Registers the mean of the vector as a parameter, which starts at the first values. */
  protected loc(prototype: Prototype, args: readonly unknown[]): Tensor {
    return this.param(
      `${this.prefix}_loc`,
      [prototype.size],
      (key) => toVector(this.first(key, args), prototype),
    );
  }

  /** Registers the standard deviations of the vector as a parameter. */
  protected scale({ size }: Prototype): Tensor {
    return this.param(`${this.prefix}_scale`, [size], () => tf.fill([size], this.initScale), {
      constraint: constraints.softplusPositive,
    });
  }

  /**
   * Returns a normal whose Cholesky factor is `diag(scale) (I + L)`, and registers L, strictly
   * lower triangular, as `auto_scale_tril`.
   */
  protected fullNormal({ size }: Prototype, loc: Tensor, scale: Tensor): Distribution {
    const factor = this.param(`${this.prefix}_scale_tril`, [size, size], () => tf.fill([size, size], 0));
    const lower = factor.mul(below(size));
    const exact = new MultivariateNormal(loc, { scaleTril: tril(scale, lower) }, { validate: false });
    return new AffineNormal(
      exact,
      (noise) => {
        const rows = noise.rank === 2 ? noise : noise.expandDims(0);
        return tf.matMul(rows, lower, false, true).reshape(noise.shape).add(noise).mul(scale).add(loc);
      },
      scale,
    );
  }

  /**
   * Returns the transform that makes the vector from standard normal numbers `[..., D]`, at given
   * parameters, as NumPyro's `get_transform`.
   * @throws Error for AutoLaplace before `laplaceApproximation` was called.
   */
  getTransform(params: Record<string, Tensor>): Transform {
    const posterior = this.getPosterior(params);
    if (posterior instanceof MultivariateNormal) {
      return new LowerCholeskyAffine(posterior.loc, posterior.scaleTril);
    }
    if (posterior instanceof Independent && posterior.base instanceof Normal) {
      const { loc, scale } = posterior.base;
      return new IndependentTransform(new AffineTransform(loc, scale), 1);
    }
    throw new Error(
      `Cannot transform standard normal numbers by ${this.constructor.name}: its posterior is a point; call ` +
        "laplaceApproximation first",
    );
  }

  /**
   * Returns the constrained values by name, of all members of plates, that a vector of
   * unconstrained numbers `[..., D]` stands for.
   */
  valuesOf(vector: Tensor): Record<string, Tensor> {
    const whole = withAllMembers(this.latents), parts = cut(vector, whole);
    return Object.fromEntries(
      whole.sites.map((site, i) => [site.name, constrain(parts[i], site, this.transformOf(site))]),
    );
  }

  /** Returns mean and standard deviation of each number of the vector: `[D]` each. */
  protected moments(params: Record<string, Tensor>): { loc: Tensor; scale: Tensor } {
    const { mean, variance } = this.getPosterior(params);
    return { loc: mean, scale: variance.sqrt() };
  }

  /** Returns the values of the sites at the median of the posterior, by name. */
  override median(params: Record<string, Tensor>): Record<string, Tensor> {
    return this.valuesOf(this.moments(params).loc);
  }

  /**
   * Returns quantiles of each site by name: `[number of levels, ...shape of the site]`. Those of
   * sites with vectors for their values are taken in unconstrained space.
   * @param levels probabilities between 0 and 1
   */
  quantiles(params: Record<string, Tensor>, levels: readonly number[]): Record<string, Tensor> {
    const { loc, scale } = this.moments(params);
    return this.valuesOf(normalQuantiles(levels).expandDims(-1).mul(scale).add(loc));
  }

  /** Draws from the posterior: values of the sites, `sampleShape + shape of the site`, by name. */
  override sampleLatent(
    key: Key,
    params: Record<string, Tensor>,
    sampleShape: Shape = [],
  ): Record<string, Tensor> {
    return this.valuesOf(this.getPosterior(params).sample(key, sampleShape));
  }
}

/** Throws for sites in a plate that takes part of its members only. */
function refuseSubsampling(guide: string, { sites }: Prototype): void {
  for (const { name, plates } of sites) {
    const plate = plates.find((p) => p.size !== p.fullSize);
    if (plate) {
      throw new Error(
        `Cannot use ${guide}: site "${name}" is in plate "${plate.name}", which takes ${plate.size} of ${plate.fullSize} members at a ` +
          "time; use AutoNormal or AutoDelta, which have parameters for every member",
      );
    }
  }
}

/**
 * Gives every site its value, computed from a vector of unconstrained numbers; axes of the vector
 * left of the last are a batch.
 */
function distribute(vector: Tensor, prototype: Prototype): Record<string, Tensor> {
  const parts = cut(vector, prototype), prefix = vector.shape.slice(0, -1);
  return Object.fromEntries(prototype.sites.map((site, i) => {
    const { unconstrainedShape, unconstrainedEventDim, support, eventDim, plates, name } = site;
    const batch = unconstrainedShape.length - unconstrainedEventDim;
    const lead = prefix.slice(0, Math.max(0, prefix.length - batch));
    const { value, logVolume } = valueAndVolume(parts[i].reshape([...lead, ...unconstrainedShape]), site);
    const density = logVolume ? logVolume.neg() : constant(0);
    return [
      name,
      inPlates(plates, prototype, () => sample(name, new Computed(value, density, support, eventDim))),
    ];
  }));
}

/** Returns quantiles of the standard normal: `[levels]`. */
function normalQuantiles(levels: readonly number[]): Tensor {
  if (!Array.isArray(levels)) {
    throw new Error(
      `Cannot take quantiles at ${levels}: expected a list of probabilities, such as [0.05, 0.95]`,
    );
  }
  for (const q of levels) {
    if (!(q > 0 && q < 1)) {
      throw new Error(`Cannot take the quantile at ${q}: expected a probability between 0 and 1`);
    }
  }
  return special.normalIcdf(tf.tensor1d([...levels]));
}

/** A guide with independent normal numbers, as Pyro's and NumPyro's AutoDiagonalNormal. */
export class AutoDiagonalNormal extends AutoContinuous {
  /** Returns the distribution of the vector, and registers its parameters. */
  protected override distribution(prototype: Prototype, args: readonly unknown[]): Distribution {
    const loc = this.loc(prototype, args);
    return diagonal(loc, this.scale(prototype));
  }

  /** Returns the distribution of the unconstrained numbers of all sites, at given parameters. */
  override getPosterior(params: Record<string, Tensor>): Distribution {
    return new Normal(this.own(params, `${this.prefix}_loc`), this.own(params, `${this.prefix}_scale`))
      .toEvent(1);
  }
}

/** Returns a normal with independent numbers. */
export function diagonal(loc: Tensor, scale: Tensor): Distribution {
  return new AffineNormal(new Normal(loc, scale).toEvent(1), (noise) => noise.mul(scale).add(loc), scale);
}

/**
 * A guide with all correlations, as Pyro's and NumPyro's AutoMultivariateNormal. Its
 * Cholesky factor is `diag(scale) (I + L)` with L strictly lower triangular: parameters
 * `auto_scale` and `auto_scale_tril`, of which the part below the diagonal is L and the rest is not
 * used.
 */
export class AutoMultivariateNormal extends AutoContinuous {
  /** Returns the distribution of the vector, and registers its parameters. */
  protected override distribution(prototype: Prototype, args: readonly unknown[]): Distribution {
    return this.fullNormal(prototype, this.loc(prototype, args), this.scale(prototype));
  }

  /** Returns the distribution of the unconstrained numbers of all sites, at given parameters. */
  override getPosterior(params: Record<string, Tensor>): Distribution {
    const scale = this.own(params, `${this.prefix}_scale`),
      factor = this.own(params, `${this.prefix}_scale_tril`);
    return new MultivariateNormal(this.own(params, `${this.prefix}_loc`), {
      scaleTril: tril(scale, factor.mul(below(scale.shape[0]))),
    });
  }
}

/** Returns the matrix with 1 below the diagonal and 0 elsewhere. */
export const below = (n: number): Tensor =>
  tf.tensor(Float32Array.from({ length: n * n }, (_, i) => Number(i % n < Math.floor(i / n))), [n, n]);

const tril = (scale: Tensor, lower: Tensor): Tensor =>
  lower.add(tf.eye(scale.shape[0])).mul(scale.expandDims(-1));
