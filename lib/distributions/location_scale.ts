import { constant, type Key, type Shape, type Tensor } from "../tensor/mod.ts";
import { type Constraint, nonNegative, positive, real } from "./constraints/mod.ts";
import type { Formulas } from "./formulas.ts";
import { recall, remember } from "./own_draws.ts";

/**
 * A distribution of numbers in its standard form, which a family multiplies by `scale` and shifts
 * by `loc`, if it has one. The last argument of functions is the distribution, with its parameters.
 */
export interface Standard<D = unknown> {
  /** The values that have positive density; default: all numbers. */
  readonly support?: Constraint;
  /** Draws of a shape. */
  readonly draw: (key: Key, shape: Shape, d: D) => Tensor;
  /** The log density of the value that lies z scales from `loc`; where there is no `heavyTail`. */
  readonly logDensity?: (z: Tensor, scale: Tensor, d: D) => Tensor;
  /**
   * The log density of z = distance / width in the standard form, from the two apart: for heavy
   * tails, whose density is representable where z or its square is not. Less the logarithm of the
   * scale, which goes with what does not depend on the value.
   */
  readonly heavyTail?: (distance: Tensor, width: Tensor, logScale: Tensor, d: D) => Tensor;
  /**
   * A factor of the z that `logDensity` gets, which costs nothing: the values are multiplied by
   * `unit / scale` instead of divided by `scale`.
   */
  readonly unit?: number;
  /** As that of `Formulas`; default: whether there is a `heavyTail`. */
  readonly hasHeavyTails?: boolean;
  /** The mean. */
  readonly mean: Statistic<D>;
  /** The variance. */
  readonly variance: Statistic<D>;
  /** The value of the greatest density; default: 0 where it is symmetric. */
  readonly mode?: Statistic<D>;
  /** The entropy in nats. */
  readonly entropy?: Statistic<D>;
  /** The distribution function of any number. */
  readonly cdf?: (z: Tensor, d: D) => Tensor;
  /** The logarithm of `cdf`, where it has more digits. */
  readonly logCdf?: (z: Tensor, d: D) => Tensor;
  /** The logarithm of 1 - `cdf`, where it has more digits and does not follow from symmetry. */
  readonly logSurvival?: (z: Tensor, d: D) => Tensor;
  /** True where the density is the same at z and -z. */
  readonly isSymmetric?: boolean;
  /** The quantile function of probabilities, and of 1 - them, which may have more digits. */
  readonly quantile?: (probability: Tensor, d: D, rest: Tensor) => Tensor;
}

/** A number, or a function of the distribution's further parameters. */
type Statistic<D> = number | ((d: D) => Tensor);

/** The parameters of a location-scale family. */
interface Scaled {
  readonly loc?: Tensor;
  readonly scale: Tensor;
  readonly parameters: Readonly<Record<string, Tensor>>;
}

/** Multiplies a statistic by the scale, or its square. */
function times<D>(factor: Tensor, statistic: Statistic<D>, d: D): Tensor {
  if (typeof statistic === "function") return factor.mul(statistic(d));
  if (!Number.isFinite(statistic)) return constant(statistic);
  return statistic === 1 ? factor : factor.mul(constant(statistic));
}

/** Makes the family of loc + scale z, for z from a standard distribution. */
export function locationScale<D extends Scaled>(standard: Standard<D>): Formulas<D> {
  const { support = real, unit = 1, heavyTail, cdf, quantile, mean, entropy } = standard;
  const { mode = standard.isSymmetric ? 0 : undefined } = standard;
  // The other tail of a symmetric density.
  const mirrored = standard.isSymmetric && standard.logCdf &&
    ((z: Tensor, d: D) => standard.logCdf!(z.neg(), d));
  const above = standard.logSurvival ?? (mirrored || undefined);
  const at = (z: Statistic<D>, d: D) => z === 0 && d.loc ? d.loc : shifted(times(d.scale, z, d), d);
  const centred = (x: Tensor, { loc }: D) => loc ? x.sub(loc) : x;
  const shifted = (x: Tensor, { loc }: D) => loc ? x.add(loc) : x;
  return {
    support,
    hasHeavyTails: standard.hasHeavyTails ?? heavyTail !== undefined,
    rsample(key, shape, d) {
      const z = standard.draw(key, shape, d);
      return remember(shifted(z.mul(d.scale), d), z, d);
    },
    logDensity(x, d) {
      const z = recall(x, d);
      if (heavyTail) {
        return heavyTail(z ?? centred(x, d), z ? constant(1) : d.scale, d.scale.log(), d);
      }
      const scaled = unit === 1
        ? z ?? centred(x, d).div(d.scale)
        : z
        ? z.mul(constant(unit))
        : centred(x, d).mul(constant(unit).div(d.scale));
      return standard.logDensity!(scaled, d.scale, d);
    },
    mean: (d) => at(mean, d),
    mode: mode === undefined ? undefined : (d) => at(mode, d),
    variance: (d) => times(d.scale.square(), standard.variance, d),
    entropy: entropy === undefined
      ? undefined
      : (d) => d.scale.log().add(typeof entropy === "function" ? entropy(d) : constant(entropy)),
    cdf: cdf && ((x, d) => cdf(centred(x, d).div(d.scale), d)),
    logCdf: standard.logCdf && ((x, d) => standard.logCdf!(centred(x, d).div(d.scale), d)),
    logSurvival: above && ((x, d) => above(centred(x, d).div(d.scale), d)),
    centre: standard.isSymmetric ? ({ loc }) => loc ?? constant(0) : undefined,
    icdf: quantile && ((p, d, q) => shifted(quantile(p, d, q).mul(d.scale), d)),
  };
}

/** Makes the standard form of |z|, for z from a distribution that is symmetric around 0. */
export function folded<D>(whole: Standard<D>, half: Omit<Standard<D>, "draw" | "support">): Standard<D> {
  return {
    ...half,
    support: nonNegative,
    draw: (key, shape, d) => whole.draw(key, shape, d).abs(),
  };
}

/** Makes the family of exp(x), for x from a location-scale family. */
export function exponentiated<D extends Scaled>(
  base: Formulas<D>,
  moments: Pick<Formulas<D>, "mean" | "variance" | "mode">,
): Formulas<D> {
  const { rsample, mean, entropy, cdf, icdf } = base;
  return {
    ...moments,
    support: positive,
    rsample: rsample && ((key, shape, d) => {
      const x = rsample(key, shape, d);
      return remember(x.exp(), x, d);
    }),
    logDensity(y, d) {
      const x = recall(y, d) ?? y.log();
      return base.logDensity(x, d).sub(x);
    },
    entropy: mean && entropy && ((d) => entropy(d).add(mean(d))),
    cdf: cdf && ((y, d) => cdf(y.log(), d)),
    logCdf: base.logCdf && ((y, d) => base.logCdf!(y.log(), d)),
    logSurvival: base.logSurvival && ((y, d) => base.logSurvival!(y.log(), d)),
    icdf: icdf && ((p, d, q) => icdf(p, d, q).exp()),
  };
}
