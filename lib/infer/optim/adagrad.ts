import type { OptionNames } from "../../system/mod.ts";
import { constant } from "../../tensor/mod.ts";
import { withDecay } from "./moments.ts";
import { checkGiven, checkSettings, elementwise, rateAt } from "./optimiser.ts";
import type { LearningRate, Optimiser } from "./optimiser.ts";

/** Settings of `adagrad`. */
export interface AdagradOptions {
  /** The learning rate (default 0.01), or a schedule. */
  lr?: LearningRate;
  /** The learning rate is divided by 1 + lrDecay * (updates done) (default 0). */
  lrDecay?: number;
  /** The first value of the sums of squares (default 0). */
  initialAccumulator?: number;
  /** Added to the denominator (default 1e-10). */
  eps?: number;
  /** The factor of an L2 penalty (default 0). */
  weightDecay?: number;
}

const optionNames: OptionNames<AdagradOptions> = {
  lr: true,
  lrDecay: true,
  initialAccumulator: true,
  eps: true,
  weightDecay: true,
};

/**
 * Makes Adagrad (Duchi, Hazan and Singer 2011) with torch's arithmetic.
 * Throws for settings out of range and unknown ones.
 */
export function adagrad(options: AdagradOptions): Optimiser {
  checkGiven("adagrad", options, optionNames);
  const { lr = 0.01, lrDecay = 0, initialAccumulator = 0, eps = 1e-10, weightDecay = 0 } = options;
  checkSettings("adagrad", {
    lr: [lr, 0],
    lrDecay: [lrDecay, 0],
    initialAccumulator: [initialAccumulator, 0],
    eps: [eps, 0],
    weightDecay: [weightDecay, 0],
  });
  return elementwise("adagrad", {
    slots: { sum: initialAccumulator },
    scalars(step) {
      const rate = rateAt(lr, step);
      return { rate: lrDecay === 0 ? rate : rate.div(step.mul(constant(lrDecay)).add(constant(1))) };
    },
    apply(grad, slots, param, { rate }) {
      const g = withDecay(grad, param, weightDecay), sum = slots.sum.add(g.square());
      return [param.sub(g.mul(rate).div(sum.sqrt().add(constant(eps)))), { sum }];
    },
  });
}
