import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { softplus, xlogy } from "../../tensor/special/mod.ts";
import type { Distribution } from "../distribution.ts";
import { checkDistribution } from "./check_of_numbers.ts";
import { gateLogs, gateProbability, quantileBehind, readGate, withImpossible } from "./gate.ts";
import type { ProbsOrLogits } from "../families/util/probs_or_logits.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const open = (d: ZeroInflated): Tensor => constant(1).sub(d.gate);

const formulas: Formulas<ZeroInflated> = {
  support: ({ base }) => base.support,
  sample(key, shape, { base, gate }) {
    const [gateKey, baseKey] = key.split(2), draw = base.expand(shape).sample(baseKey);
    return tf.where(gateKey.draw("uniform", shape).less(gate), constant(0).cast(draw.dtype), draw);
  },
  logDensity(value, d) {
    const logs = gateLogs(d), counted = logs.open.add(d.base.logProb(value));
    const isGate = logs.zero.greater(counted), most = tf.where(isGate, logs.zero, counted);
    const both = most.add(softplus(tf.where(isGate, counted, logs.zero).sub(most)));
    return withImpossible(tf.where(value.equal(constant(0)), both, counted));
  },
  mean: (d) => open(d).mul(d.base.mean),
  variance: (d) => open(d).mul(d.base.variance.add(d.gate.mul(d.base.mean.square()))),
  mode(d) {
    const { base: { mode } } = d, isZero = d.logProb(0).greaterEqual(d.logProb(mode));
    return tf.where(isZero, constant(0).cast(mode.dtype), mode);
  },
  // Of the counts above 0 by that of the base, whose 0 has a share of its own.
  entropy(d) {
    const none = d.base.logProb(0), share = none.exp(), zero = d.gate.add(open(d).mul(share));
    const counted = d.base.entropy().add(xlogy(share, share));
    const above = open(d).mul(counted).sub(xlogy(open(d), open(d)).mul(constant(1).sub(share)));
    return above.sub(xlogy(zero, zero));
  },
  cdf: (x, d) => d.gate.add(open(d).mul(d.base.cdf(x))),
  logSurvival: (x, d) => withImpossible(gateLogs(d).open.add(d.base.logSurvival(x))),
  icdf: (_p, d, rest) => quantileBehind(d.base, rest, open(d), open(d)),
};

/**
 * A distribution of counts with more zeros: 0 with the probability `gate`, else a draw from `base`.
 * Parameter: the gate as `gate`, `{ probs: gate }`, or by its log odds as `{ logits }`. NumPyro:
 * `ZeroInflatedDistribution`, `ZeroInflatedPoisson`, `ZeroInflatedNegativeBinomial2`.
 *
 * @example Fish, of which three parties in ten caught none because they did not fish
 * ```ts
 * import { Poisson, ZeroInflated } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const caught = new ZeroInflated(new Poisson(2), 0.3);
 * const none = caught.logProb(0).exp().dataSync()[0];
 * assert(Math.abs(none - (0.3 + 0.7 * Math.exp(-2))) < 1e-6);
 * ```
 */
export class ZeroInflated extends ParametricDistribution {
  /**
   * The gate broadcasts with the batch of `base`.
   * @throws Error unless `base` is a distribution of counts.
   */
  constructor(
    /** The distribution of counts. */
    readonly base: Distribution,
    gate: TensorLike | ProbsOrLogits,
    options?: DistributionOptions,
  ) {
    checkDistribution("ZeroInflated", base);
    if (!base.isDiscrete) {
      throw new Error(
        `Cannot make ZeroInflated: found ${base.name}, expected a family of counts; use Hurdle`,
      );
    }
    super({ ...formulas, batchShape: base.batchShape }, readGate("ZeroInflated", base, gate), options);
  }

  /** The probability of a 0 beside those of `base`. */
  get gate(): Tensor {
    return gateProbability(this);
  }
}
