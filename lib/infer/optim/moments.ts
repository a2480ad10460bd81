import { constant, type Tensor } from "../../tensor/mod.ts";

/** A running mean: `mean + (1 - beta) (value - mean)`. */
export function runningMean(mean: Tensor, value: Tensor, beta: number): Tensor {
  return mean.mul(constant(beta)).add(value.mul(constant(1 - beta)));
}

/** `1 - beta^(step + 1)`: how much of its weight a running mean that starts at 0 has after `step + 1` values. */
export function biasCorrection(beta: number, step: Tensor): Tensor {
  // expm1 keeps the digits that 1 - beta^t loses in float32 at the first steps.
  return step.add(constant(1)).mul(constant(Math.log(beta))).expm1().neg();
}

/** The gradient of a parameter with that of an L2 penalty. */
export function withDecay(grad: Tensor, param: Tensor, weightDecay: number): Tensor {
  return weightDecay === 0 ? grad : grad.add(param.mul(constant(weightDecay)));
}
