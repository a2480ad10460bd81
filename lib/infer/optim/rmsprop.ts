import type { OptionNames } from "../../system/mod.ts";
import { constant, type Tensor } from "../../tensor/mod.ts";
import { runningMean, withDecay } from "./moments.ts";
import { checkGiven, checkSettings, elementwise, rateAt } from "./optimiser.ts";
import type { LearningRate, Optimiser } from "./optimiser.ts";

/** Settings of `rmsprop`. */
export interface RMSPropOptions {
  /** The learning rate (default 0.01), or a schedule. */
  lr?: LearningRate;
  /** The decay rate of the running mean of squares (default 0.99). */
  alpha?: number;
  /** Added to the denominator (default 1e-8). */
  eps?: number;
  /** The share of the last step in the next (default 0). */
  momentum?: number;
  /** True for the variance of the gradient in place of its mean square (default false). */
  centered?: boolean;
  /** The factor of an L2 penalty (default 0). */
  weightDecay?: number;
}

const optionNames: OptionNames<RMSPropOptions> = {
  lr: true,
  alpha: true,
  eps: true,
  momentum: true,
  centered: true,
  weightDecay: true,
};

/**
 * Makes RMSProp (Tieleman and Hinton 2012) with torch's arithmetic.
 * Throws for settings out of range and unknown ones.
 */
export function rmsprop(options: RMSPropOptions): Optimiser {
  checkGiven("rmsprop", options, optionNames);
  const { lr = 0.01, alpha = 0.99, eps = 1e-8, momentum = 0, centered = false, weightDecay = 0 } = options;
  checkSettings("rmsprop", {
    lr: [lr, 0],
    alpha: [alpha, 0, 1],
    eps: [eps, 0],
    momentum: [momentum, 0],
    weightDecay: [weightDecay, 0],
  });
  return elementwise("rmsprop", {
    slots: { v: 0, ...(centered && { m: 0 }), ...(momentum > 0 && { b: 0 }) },
    scalars: (step) => ({ rate: rateAt(lr, step) }),
    apply(grad, slots, param, { rate }) {
      const g = withDecay(grad, param, weightDecay);
      const next: Record<string, Tensor> = { v: runningMean(slots.v, g.square(), alpha) };
      let spread = next.v;
      if (centered) {
        next.m = runningMean(slots.m, g, alpha);
        spread = spread.sub(next.m.square());
      }
      let direction = g.div(spread.sqrt().add(constant(eps)));
      if (momentum > 0) next.b = direction = slots.b.mul(constant(momentum)).add(direction);
      return [param.sub(direction.mul(rate)), next];
    },
  });
}
