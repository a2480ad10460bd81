import type { OptionNames } from "../../system/mod.ts";
import { constant, type Tensor } from "../../tensor/mod.ts";
import { withDecay } from "./moments.ts";
import { checkGiven, checkSettings, elementwise, rateAt } from "./optimiser.ts";
import type { LearningRate, Optimiser } from "./optimiser.ts";

/** Settings of `sgd`. */
export interface SGDOptions {
  /** The learning rate (default 0.001), or a schedule. */
  lr?: LearningRate;
  /** The share of the last step in the next (default 0). */
  momentum?: number;
  /** True for the gradient at the place the momentum leads to (default false). */
  nesterov?: boolean;
  /** The factor of an L2 penalty (default 0). */
  weightDecay?: number;
}

const optionNames: OptionNames<SGDOptions> = { lr: true, momentum: true, nesterov: true, weightDecay: true };

/**
 * Makes stochastic gradient descent with torch's momentum: `b = momentum b + g`, and the step is
 * `lr b`, or with `nesterov` `lr (g + momentum b)`. Throws for settings out of range and unknown
 * ones, and for `nesterov` without momentum.
 */
export function sgd(options: SGDOptions): Optimiser {
  checkGiven("sgd", options, optionNames);
  const { lr = 1e-3, momentum = 0, nesterov = false, weightDecay = 0 } = options;
  checkSettings("sgd", { lr: [lr, 0], momentum: [momentum, 0], weightDecay: [weightDecay, 0] });
  if (nesterov && momentum === 0) throw new Error("Cannot make sgd: nesterov needs a momentum above 0");
  const scalars = (step: Tensor) => ({ rate: rateAt(lr, step) });
  if (momentum === 0) {
    return elementwise("sgd", {
      slots: {},
      scalars,
      apply: (
        grad,
        _slots,
        param,
        { rate },
      ) => [param.sub(withDecay(grad, param, weightDecay).mul(rate)), {}],
    });
  }
  return elementwise("sgd", {
    slots: { b: 0 },
    scalars,
    apply(grad, slots, param, { rate }) {
      const g = withDecay(grad, param, weightDecay), b = slots.b.mul(constant(momentum)).add(g);
      const direction = nesterov ? g.add(b.mul(constant(momentum))) : b;
      return [param.sub(direction.mul(rate)), { b }];
    },
  });
}
