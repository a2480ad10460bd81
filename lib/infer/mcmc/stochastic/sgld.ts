import type { AnyFunction } from "../../../ppl/mod.ts";
import { checkOptions } from "../../../system/mod.ts";
import { constant, type Tensor } from "../../../tensor/mod.ts";
import {
  type Motion,
  StochasticKernel,
  type StochasticKernelOptions,
  stochasticOptionNames,
} from "./kernel.ts";

/**
 * Stochastic gradient Langevin dynamics (Welling and Teh 2011): each transition climbs half a step
 * of the log density's gradient and adds normal noise of the step's variance, without acceptance.
 * The gradient may be of a mini-batch: of the members that a plate with `subsampleSize` draws anew
 * for every transition. Neither Pyro nor NumPyro has it; `MCMC` runs it. Draws are biased by the
 * order of the step size; with a schedule that falls to 0 they are not, in the limit.
 *
 * @example A mean of 1,000 numbers, 50 of them at a time
 * ```ts
 * import { key, MCMC, Normal, plate, sample, SGLD, type Tensor, tf } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const data = tf.range(0, 1000).div(500);
 * function model(data: Tensor) {
 *   const mean = sample("mean", new Normal(0, 10));
 *   using all = plate("data", 1000, { subsampleSize: 50 });
 *   sample("x", new Normal(mean, 1), { obs: tf.gather(data, all.indices) });
 * }
 * const mcmc = new MCMC(new SGLD(model, { stepSize: 1e-4 }), { numSamples: 2000, numWarmup: 500 });
 * const { samples } = await mcmc.run(key(0), [data], { progress: false });
 * const found = Array.from(samples.mean.data).reduce((sum, x) => sum + x, 0) / 8000;
 * assert.ok(Math.abs(found - 0.999) < 0.02);
 * ```
 */
export class SGLD extends StochasticKernel {
  /** Makes the sampler of a model's posterior. @throws Error unless the step size is above 0. */
  constructor(model: AnyFunction, options: StochasticKernelOptions) {
    checkOptions("make SGLD", options, stochasticOptionNames);
    super("SGLD", model, options);
  }

  /** @internal */
  override move({ position, momentum }: Motion, gradient: Tensor, stepSize: Tensor, normal: Tensor): Motion {
    const drift = gradient.mul(stepSize.mul(constant(0.5)));
    return { position: position.sub(drift).add(normal.mul(stepSize.sqrt())), momentum };
  }
}
