import {
  constraints,
  type DistributionOptions,
  type Formulas,
  ParametricDistribution,
} from "../../distributions/mod.ts";
import { special, type Tensor, type TensorLike } from "../../tensor/mod.ts";

const formulas: Formulas<GreyBernoulli> = {
  support: constraints.unitInterval,
  sample: (key, shape, { logits }) => key.draw("uniform", shape).less(logits.sigmoid()).cast("float32"),
  logDensity: (value, { logits }) => special.sigmoidCrossEntropy(logits, value).neg(),
  mean: ({ logits }) => logits.sigmoid(),
};

/**
 * The Bernoulli distribution, scored at grey values as they are: v log p + (1 - v) log(1 - p) for v
 * from 0 to 1, which is what values drawn as 0 or 1 with probability v score on average. Pyro's
 * `Bernoulli(p, validate_args=False)` at pixels. The score is no density over grey values: it does
 * not integrate to 1. Draws are 0 and 1.
 *
 * @example White, grey and black at p = 1/2
 * ```ts
 * import { GreyBernoulli } from "@pyrosaur/pyrosaur/models";
 * import assert from "node:assert/strict";
 *
 * const scores = new GreyBernoulli(0).logProb([0, 0.3, 1]).dataSync();
 * assert.ok(scores.every((score) => Math.abs(score - Math.log(0.5)) < 1e-6));
 * assert.throws(() => new GreyBernoulli(0).logProb(255), /value has 255/);
 * ```
 */
export class GreyBernoulli extends ParametricDistribution {
  /** The log odds of a 1. */
  declare readonly logits: Tensor;

  /** Makes the distribution from the log odds of a 1. */
  constructor(logits: TensorLike, options?: DistributionOptions) {
    super(formulas, { logits: [logits, constraints.real] }, options);
  }
}
