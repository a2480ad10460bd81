import type { OptionNames } from "../../system/mod.ts";
import { constant, type Tensor } from "../../tensor/mod.ts";
import { biasCorrection, decayAt, runningMean, withDecay } from "./moments.ts";
import { checkGiven, checkSettings, elementwise, rateAt } from "./optimiser.ts";
import type { LearningRate, Optimiser } from "./optimiser.ts";

/** Settings of `adam`. */
export interface AdamOptions {
  /** The learning rate (default 0.001), or a schedule. */
  lr?: LearningRate;
  /** The decay rates of the two running means (default [0.9, 0.999]). */
  betas?: readonly [number, number];
  /** Added to the denominator (default 1e-8). */
  eps?: number;
  /** The factor of an L2 penalty (default 0), or a schedule. */
  weightDecay?: LearningRate;
}

/** The names of the settings of `adam`. */
export const adamOptionNames: OptionNames<AdamOptions> = {
  lr: true,
  betas: true,
  eps: true,
  weightDecay: true,
};

/** Checks the settings that Adam and its relatives share. */
export function checkAdam(
  name: string,
  options: AdamOptions,
  names: OptionNames<AdamOptions> = adamOptionNames,
): void {
  checkGiven(name, options, names);
  const { lr, betas, eps, weightDecay } = options;
  checkSettings(name, {
    lr: [lr, 0],
    "betas[0]": [betas?.[0], 0, 1],
    "betas[1]": [betas?.[1], 0, 1],
    eps: [eps, 0],
    weightDecay: [weightDecay, 0],
  });
}

/**
 * Makes Adam (Kingma and Ba 2015) with torch's arithmetic.
 * Throws for settings out of range and unknown ones.
 *
 * @example A learning rate
 * ```ts
 * import { adam, Normal, param, sample, SVI } from "@pyrosaur/pyrosaur";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new Normal(param("mean", 0), 1), { obs: 3 });
 * const svi = new SVI(model, () => {}, adam({ lr: 0.1 }));
 * const { params } = await svi.run(random.key(0), 300, []);
 * assert(Math.abs(params.mean.dataSync()[0] - 3) < 0.01);
 * assert.throws(() => adam({ lr: -1 }));
 * ```
 */
export function adam(options: AdamOptions): Optimiser {
  checkAdam("adam", options);
  const { lr = 1e-3, betas: [beta1, beta2] = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
  return elementwise("adam", {
    slots: { m: 0, v: 0 },
    scalars: (step) => ({
      ...adamScalars(rateAt(lr, step), step, beta1, beta2, eps),
      ...decayAt(weightDecay, step),
    }),
    apply: (grad, slots, param, scalars) =>
      adamStep(withDecay(grad, param, scalars.decay), slots, param, scalars, beta1, beta2),
  });
}

/**
 * Returns the step size and the number added to the denominator, such that `size * m / (sqrt(v) +
 * eps)` corrects the bias of both running means: two operations fewer for every parameter than
 * dividing each.
 */
export function adamScalars(
  rate: Tensor,
  step: Tensor,
  beta1: number,
  beta2: number,
  eps: number,
): Record<string, Tensor> {
  const root = beta2 === 0 ? constant(1) : biasCorrection(beta2, step).sqrt();
  const size = rate.mul(root);
  return {
    size: beta1 === 0 ? size : size.div(biasCorrection(beta1, step)),
    eps: root.mul(constant(eps)),
  };
}

/** Takes one update of Adam. */
export function adamStep(
  grad: Tensor,
  slots: Record<string, Tensor>,
  param: Tensor,
  { size, eps }: Record<string, Tensor>,
  beta1: number,
  beta2: number,
): [Tensor, Record<string, Tensor>] {
  const m = runningMean(slots.m, grad, beta1), v = runningMean(slots.v, grad.square(), beta2);
  return [param.sub(m.mul(size).div(v.sqrt().add(eps))), { m, v }];
}
