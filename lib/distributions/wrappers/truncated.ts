import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { halfLogTwoPi } from "../../tensor/special/mod.ts";
import {
  Bounded,
  bounded,
  greaterThan,
  integer,
  integerGreaterThanEq,
  integerInterval,
  real,
} from "../constraints/mod.ts";
import type { Distribution } from "../distribution.ts";
import { Normal } from "../families/normal.ts";
import { endOfSupport } from "../families/util/end_of_support.ts";
import { oneValue } from "../families/util/one_value.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, type ParameterSpec, ParametricDistribution } from "../parametric.ts";
import { checkOfNumbers } from "./check_of_numbers.ts";
import { partOf } from "./interval.ts";
import type { Part } from "./part.ts";

/** The ends of a truncated distribution: one of them, or both. */
export interface TruncatedEnds {
  /** The least value; default: that of the whole distribution. */
  readonly low?: TensorLike;
  /** The greatest value; default: that of the whole distribution. */
  readonly high?: TensorLike;
}

const endNames: OptionNames<TruncatedEnds> = { low: true, high: true };

const part = ({ base, parameters }: Truncated): Part => partOf(base, parameters);

/** The standardised ends of a normal, each with its density over the interval's probability. */
function hazards({ base, parameters }: Truncated): { z: Tensor; ratio: Tensor }[] {
  const { loc, scale } = base as Normal, { logMass } = partOf(base, parameters);
  return [parameters.low, parameters.high].filter((end) => end !== undefined).map((end) => {
    const z = end.sub(loc).div(scale), side = constant(end === parameters.low ? 1 : -1);
    const log = z.square().mul(constant(-0.5)).sub(constant(halfLogTwoPi)).sub(logMass);
    return { z, ratio: log.exp().mul(side) };
  });
}

const total = (terms: Tensor[]): Tensor => terms.reduce((sum, term) => sum.add(term));

const formulas: Omit<Formulas<Truncated>, "support"> = {
  logDensity: (x, d) => part(d).logDensity(x),
  cdf: (x, d) => part(d).share(x),
  logCdf: (x, d) => partOf(d.base, { ...d.parameters, high: x }).logMass.sub(part(d).logMass),
  logSurvival(x, d) {
    const low = d.base.isDiscrete ? x.floor().add(constant(1)) : x;
    return partOf(d.base, { ...d.parameters, low }).logMass.sub(part(d).logMass);
  },
  icdf: (p, d, rest) => part(d).quantile(p, rest),
  mode({ base, parameters: { low, high } }) {
    const above = low ? tf.maximum(base.mode, low) : base.mode;
    return high ? tf.minimum(above, high) : above;
  },
};

/** All values between two ends that are whole numbers. */
const listed: Partial<Formulas<Truncated>> = {
  values({ parameters }) {
    const [from, to] = [parameters.low, parameters.high].map((end) => oneValue("Truncated", "ends", end));
    return tf.range(from, to + 1, 1, "float32");
  },
};

/** The moments of a truncated normal (Johnson, Kotz and Balakrishnan, 1994, section 13.10). */
const normalMoments: Partial<Formulas<Truncated>> = {
  mean: (d) =>
    (d.base as Normal).loc.add((d.base as Normal).scale.mul(total(hazards(d).map(({ ratio }) => ratio)))),
  variance(d) {
    const ends = hazards(d), first = total(ends.map(({ ratio }) => ratio));
    const rest = total(ends.map(({ z, ratio }) => z.mul(ratio)));
    const share = constant(1).add(rest).sub(first.square());
    return (d.base as Normal).scale.square().mul(tf.maximum(share, constant(0)));
  },
  entropy(d) {
    const bend = total(hazards(d).map(({ z, ratio }) => z.mul(ratio))).add(constant(1));
    return bend.mul(constant(0.5)).add(partOf(d.base, d.parameters).logMass)
      .add((d.base as Normal).scale.log()).add(constant(halfLogTwoPi));
  },
};

/**
 * The part of a distribution of numbers between two ends, or on one side of one: any family with
 * `cdf` and `icdf`, the normal to all digits however far out or narrow the interval is. Of counts
 * both ends are whole numbers and belong to it. Draws of continuous families are differentiable in
 * the ends and in what quantiles are differentiable in. Mean and variance are those of the normal
 * alone. NumPyro: `TruncatedDistribution`, `TruncatedNormal`,
 * `TruncatedCauchy`.
 *
 * @example Heights above a bar
 * ```ts
 * import { Normal, Truncated } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const heights = new Truncated(new Normal(0, 1), { low: 8 });
 * assert(Math.abs(heights.mean.dataSync()[0] - 8.1214) < 1e-3);
 * ```
 */
export class Truncated extends ParametricDistribution {
  /**
   * Cuts a distribution, with whose batch the ends broadcast.
   * @throws Error where it is one of vectors, or there is no end.
   */
  constructor(
    /** The whole distribution. */
    readonly base: Distribution,
    ends: TruncatedEnds,
    options?: DistributionOptions,
  ) {
    checkOptions("make Truncated", ends, endNames);
    checkOfNumbers("Truncated", base);
    const { low, high } = ends ?? {};
    if (low === undefined && high === undefined) {
      throw new Error("Cannot make Truncated: found neither low nor high, expected one or both");
    }
    const { isDiscrete, support: whole } = base, any = isDiscrete ? integer : real;
    const above = isDiscrete ? integerGreaterThanEq : greaterThan, given: Record<string, ParameterSpec> = {};
    if (low !== undefined) given.low = [low, any];
    if (high !== undefined) given.high = [high, low === undefined ? any : above(low)];
    const { lowerBound, upperBound } = whole instanceof Bounded ? whole : {} as Partial<Bounded>;
    const support = ({ parameters }: Truncated) => {
      const from = low === undefined ? lowerBound : endOfSupport(low, parameters.low);
      const to = high === undefined ? upperBound : endOfSupport(high, parameters.high);
      if (!isDiscrete) return bounded(from, to, false);
      return to === undefined ? integerGreaterThanEq(from!) : integerInterval(from!, to);
    };
    const family: Formulas<Truncated> = {
      ...formulas,
      ...(base instanceof Normal ? normalMoments : {}),
      support,
      batchShape: base.batchShape,
      ...(isDiscrete && low !== undefined && high !== undefined ? listed : {}),
      [base.hasRsample ? "rsample" : "sample"]: (key: never, shape: never, d: Truncated) =>
        part(d).draw(key, shape),
    };
    super(family, given, options);
  }
}
