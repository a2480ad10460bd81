import { constant } from "../../tensor/mod.ts";
import { type AdamOptions, adamScalars, adamStep, checkAdam } from "./adam.ts";
import { elementwise, type Optimiser, rateAt } from "./optimiser.ts";

/**
 * Makes Adam with decoupled weight decay (Loshchilov and Hutter 2019), as torch's AdamW: before
 * each update parameters shrink by `lr * weightDecay` (default 0.01; a number or a schedule).
 * Throws for settings out of range and unknown ones.
 */
export function adamW(options: AdamOptions): Optimiser {
  checkAdam("adamW", options);
  const { lr = 1e-3, betas: [beta1, beta2] = [0.9, 0.999], eps = 1e-8, weightDecay = 0.01 } = options;
  return elementwise("adamW", {
    slots: { m: 0, v: 0 },
    scalars(step) {
      const rate = rateAt(lr, step);
      return {
        ...adamScalars(rate, step, beta1, beta2, eps),
        keep: constant(1).sub(rate.mul(rateAt(weightDecay, step))),
      };
    },
    apply: (grad, slots, param, scalars) =>
      adamStep(grad, slots, param.mul(scalars.keep), scalars, beta1, beta2),
  });
}
