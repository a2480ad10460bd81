import { asTensor, constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { categorical } from "../../tensor/random/mod.ts";
import { logsumexp } from "../../tensor/special/mod.ts";
import { given } from "../checks.ts";
import { independent, real, realVector } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { sumRightmost } from "../shapes.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const shares = ({ logWeights }: Empirical): Tensor => tf.softmax(logWeights);
/** Averages statistics of the samples, along the first axis, by their weights. */
function average(d: Empirical, x: Tensor): Tensor {
  const weights = shares(d).reshape([x.shape[0], ...x.shape.slice(1).map(() => 1)]);
  return x.mul(weights).sum(0);
}
const mean = (d: Empirical): Tensor => average(d, d.samples);

const formulas: Omit<Formulas<Empirical>, "support" | "eventShape"> = {
  sample(key, shape, { samples, logWeights, eventShape }) {
    const batch = shape.slice(0, shape.length - eventShape.length);
    return tf.gather(samples, categorical(key, logWeights, batch) as never);
  },
  logDensity(x, { samples, logWeights, eventShape }) {
    const events = eventShape.length, at = x.expandDims(x.rank - events);
    const isOther = sumRightmost(at.notEqual(samples).cast("float32"), events).greater(constant(0));
    return logsumexp(tf.where(isOther, constant(-Infinity), tf.logSoftmax(logWeights)), -1);
  },
  hidesNaN: true,
  mean,
  variance: (d) => average(d, d.samples.sub(mean(d)).square()),
};

/**
 * The distribution of values drawn again from samples, by their weights. Parameters: `samples`
 * `[n, ...event]` and `logWeights` `[n]`, which need not be normalised. Pyro: `Empirical`.
 *
 * @example Three samples, the last of twice the weight
 * ```ts
 * import { Empirical } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const found = new Empirical([1, 1, 4], [0, 0, Math.LN2]);
 * assert.equal(found.mean.dataSync()[0], 2.5);
 * assert(Math.abs(found.logProb(1).dataSync()[0] - Math.log(0.5)) < 1e-6);
 * ```
 */
export class Empirical extends ParametricDistribution {
  /** The samples, along the first axis. */
  declare readonly samples: Tensor;
  /** The unnormalised log weights of the samples. */
  declare readonly logWeights: Tensor;

  /**
   * `logWeights` defaults to the same for all.
   * @throws Error where there is not one weight for each sample.
   */
  constructor(samples: TensorLike, logWeights?: TensorLike, options?: DistributionOptions) {
    const all = given("Empirical", "samples", samples), [count, ...event] = all.shape;
    const weights = logWeights === undefined ? tf.zeros([count ?? 1]) as Tensor : asTensor(logWeights);
    if (count === undefined || weights.rank !== 1 || weights.shape[0] !== count) {
      throw new Error(
        `Cannot make Empirical: found samples of shape [${all.shape}] and log weights of shape [${weights.shape}], ` +
          "expected [n, ...event] and [n]",
      );
    }
    const support = independent(real, event.length);
    super(
      { ...formulas, support, eventShape: () => event },
      { samples: [all, independent(real, all.rank)], logWeights: [weights, realVector] },
      options,
    );
  }
}
