import { constant, type Tensor } from "../../tensor/mod.ts";
import { type LearningRate, rateAt } from "./optimiser.ts";

/** Returns a running mean: `mean + (1 - beta) (value - mean)`. */
export function runningMean(mean: Tensor, value: Tensor, beta: number): Tensor {
  return mean.mul(constant(beta)).add(value.mul(constant(1 - beta)));
}

/** Returns `1 - beta^(step + 1)`, the weight of all values in a running mean that starts at 0. */
export function biasCorrection(beta: number, step: Tensor): Tensor {
  // expm1 keeps the digits that 1 - beta^t loses in float32 at the first steps.
  return step.add(constant(1)).mul(constant(Math.log(beta))).expm1().neg();
}

/** Returns the factor of an L2 penalty at a step as a scalar `decay`; nothing without a penalty. */
export function decayAt(weightDecay: LearningRate, step: Tensor): { decay?: Tensor } {
  return weightDecay === 0 ? {} : { decay: rateAt(weightDecay, step) };
}

/** Adds the gradient of an L2 penalty, where there is one, to that of a parameter. */
export function withDecay(grad: Tensor, param: Tensor, decay: Tensor | number | undefined): Tensor {
  if (decay === undefined || decay === 0) return grad;
  return grad.add(param.mul(typeof decay === "number" ? constant(decay) : decay));
}
