import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { expm1, log1mexp, xlogy } from "../../tensor/special/mod.ts";
import { Bounded, nonNegative } from "../constraints/mod.ts";
import type { Distribution } from "../distribution.ts";
import { checkDistribution } from "./check_of_numbers.ts";
import { gateLogs, gateProbability, quantileBehind, readGate, withImpossible } from "./gate.ts";
import type { ProbsOrLogits } from "../families/util/probs_or_logits.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The log probability that `base` gives 0; none where it is continuous. */
const logZero = ({ base }: Hurdle): Tensor | undefined => base.isDiscrete ? base.logProb(0) : undefined;
/** The share of draws that pass the gate, for one of `base` that is not 0. */
function passing(d: Hurdle): Tensor {
  const open = constant(1).sub(d.gate), zero = logZero(d);
  return zero ? open.div(expm1(zero).neg()) : open;
}

const formulas: Formulas<Hurdle> = {
  support: ({ base }) => base.isDiscrete ? base.support : nonNegative,
  sample(key, shape, { base, gate }) {
    const [gateKey, baseKey] = key.split(2), wide = base.expand(shape);
    const draw = base.isDiscrete
      ? (wide as ParametricDistribution).samplePositive(baseKey)
      : wide.sample(baseKey);
    return tf.where(gateKey.draw("uniform", shape).less(gate), constant(0).cast(draw.dtype), draw);
  },
  logDensity(value, d) {
    const isZero = value.equal(constant(0)), logs = gateLogs(d), zero = logZero(d);
    // Of 0, which may lie outside the support, `base` is never asked here.
    const own = d.base.isDiscrete ? value : tf.where(isZero, d.base.feasibleLike(value), value);
    const counted = logs.open.add(d.base.logProb(own));
    return withImpossible(tf.where(isZero, logs.zero, zero ? counted.sub(log1mexp(zero)) : counted));
  },
  mean: (d) => passing(d).mul(d.base.mean),
  variance(d) {
    const share = passing(d), { mean, variance } = d.base;
    return share.mul(variance.add(mean.square())).sub(share.mul(mean).square());
  },
  // Of a continuous base by its density, beside the probability of 0.
  entropy(d) {
    const { base, gate } = d, open = constant(1).sub(gate), zero = logZero(d);
    const coin = xlogy(gate, gate).add(xlogy(open, open));
    if (!zero) return open.mul(base.entropy()).sub(coin);
    const rest = expm1(zero).neg(), share = zero.exp(), counted = base.entropy().add(xlogy(share, share));
    return open.mul(counted.div(rest).add(rest.log())).sub(coin);
  },
  cdf: (x, d) => constant(1).sub(passing(d).mul(d.base.logSurvival(x).exp())),
  logSurvival(x, d) {
    const zero = logZero(d), above = gateLogs(d).open.add(d.base.logSurvival(x));
    return withImpossible(zero ? above.sub(log1mexp(zero)) : above);
  },
  icdf: (_p, d, rest) => quantileBehind(d.base, rest, constant(1).sub(d.gate), passing(d)),
};

/**
 * A distribution with zeros of their own: 0 with the probability `gate`, else a draw from `base`
 * that is not 0. `base` is a family of counts, or a continuous one of positive numbers. Parameter:
 * the gate as `gate`, `{ probs: gate }`, or by its log odds as `{ logits }`. NumPyro:
 * `HurdleDistribution`, `HurdlePoisson`, `HurdleNegativeBinomial2`, `HurdleGamma`,
 * `HurdleLogNormal`.
 *
 * @example Rain: none on two days in three
 * ```ts
 * import { Gamma, Hurdle } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const rain = new Hurdle(new Gamma(2, 0.5), 2 / 3);
 * assert(Math.abs(rain.mean.dataSync()[0] - 4 / 3) < 1e-6);
 * ```
 */
export class Hurdle extends ParametricDistribution {
  /**
   * The gate broadcasts with the batch of `base`.
   * @throws Error where `base` has negative values.
   */
  constructor(
    /** The distribution of what passes the gate. */
    readonly base: Distribution,
    gate: TensorLike | ProbsOrLogits,
    options?: DistributionOptions,
  ) {
    checkDistribution("Hurdle", base);
    const { support, name } = base, low = support instanceof Bounded ? support.lowerBound : undefined;
    if (typeof low !== "number" || low < 0) {
      throw new Error(`Cannot make Hurdle: found ${name} with support ${support}, expected numbers from 0`);
    }
    super({ ...formulas, batchShape: base.batchShape }, readGate("Hurdle", base, gate), options);
  }

  /** The probability of a 0. */
  get gate(): Tensor {
    return gateProbability(this);
  }
}
