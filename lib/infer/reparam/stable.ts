import {
  Exponential,
  logPositiveStable,
  Normal,
  skewShift,
  Stable,
  standardStable,
  Uniform,
} from "../../distributions/mod.ts";
import type { Distribution } from "../../distributions/mod.ts";
import { constant, constantValues, type Tensor } from "../../tensor/mod.ts";
import { byNoise } from "./noise.ts";
import type { Reparam } from "./reparam.ts";

type Draw = (suffix: string, each: Distribution) => Tensor;

/** Returns the skewness where it is known. */
export function skewOf({ skew }: Stable): number[] | undefined {
  const known = constantValues(skew);
  return known && Array.from(known);
}

/** Draws the two latent sites of one stable number. */
const noise = (draw: Draw, prefix: string): [uniform: Tensor, exponential: Tensor] => [
  draw(`${prefix}uniform`, new Uniform(0, 1)),
  draw(`${prefix}exponential`, new Exponential(1)),
];

/** Returns the scale of the normal that a symmetric stable number is, given its latent sites. */
const mixedScale = (draw: Draw, prefix: string, stability: Tensor): Tensor => {
  const log = logPositiveStable(...noise(draw, prefix), stability.mul(constant(0.5)));
  return log.add(constant(Math.LN2)).mul(constant(0.5)).exp();
};

/**
 * Draws a latent `Stable` site by uniform and exponential numbers, as Pyro's `LatentStableReparam`
 * (Chambers, Mallows and Stuck 1976): site `x` becomes computed, from latent sites `x_uniform`, on
 * (0, 1), and `x_exponential`.
 */
export function latentStableReparam(): Reparam {
  return byNoise(
    Stable,
    ({ stability, skew, scale, loc }, draw) =>
      standardStable(...noise(draw, ""), stability, skew).mul(scale).add(loc),
  );
}

/**
 * Makes a `Stable` site without skewness a normal one whose variance is drawn too, as Pyro's
 * `SymmetricStableReparam`: of latent sites `x_uniform`, on (0, 1), and `x_exponential`. Observed
 * sites too.
 *
 * @throws Error, when it runs, for a skewness that is known and not 0.
 */
export function symmetricStableReparam(): Reparam {
  const way = byNoise(Stable, (stable, draw) => {
    const { stability, scale, loc } = stable;
    if (skewOf(stable)?.some((value) => value !== 0)) {
      throw new Error(
        "Cannot reparameterise Stable as symmetric: found a skew, expected 0; use stableReparam()",
      );
    }
    return new Normal(loc, mixedScale(draw, "", stability).mul(scale));
  });
  return Object.assign(way, { takesObserved: true });
}

/**
 * Makes a `Stable` site a normal one whose mean and variance are drawn too, as Pyro's
 * `StableReparam`: the number is the sum of a symmetric one and one as skewed as can be (Zolotarev
 * 1986), of latent sites `x_z_uniform`, `x_z_exponential`, `x_t_uniform` and `x_t_exponential`.
 * Observed sites too.
 *
 * @example Returns with heavy, skewed tails
 * ```ts
 * import { key, reparam, sample, seed, Stable, stableReparam, trace } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new Stable(1.7, -0.5), { obs: 2 });
 * const run = trace(seed(reparam(model, { x: stableReparam() }), key(0))).get();
 * assert.equal(run.sampleSite("x").distribution.name, "Normal");
 * assert.equal(run.stochasticSites.length, 4);
 * ```
 */
export function stableReparam(): Reparam {
  const way = byNoise(Stable, ({ stability, skew, scale, loc }, draw) => {
    const share = skew.abs(), power = stability.reciprocal();
    // Away from the ends, where a share of 0 has an infinite slope.
    const [skewed, rest] = [share, constant(1).sub(share)].map((part) =>
      part.maximum(constant(1e-7)).pow(power)
    );
    const side = skew.sign().mul(skewed), width = mixedScale(draw, "z_", stability).mul(rest);
    const drawn = standardStable(...noise(draw, "t_"), stability, constant(1).add(skew.mul(constant(0))));
    return new Normal(loc.add(drawn.mul(side).add(skewShift(stability, skew)).mul(scale)), width.mul(scale));
  });
  return Object.assign(way, { takesObserved: true });
}
