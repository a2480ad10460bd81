import { constant, type Tensor } from "../../../tensor/mod.ts";
import { softplus } from "../../../tensor/special/mod.ts";

/** log(1 - tanh(x)^2), which does not underflow. */
export function logOneMinusTanhSquare(x: Tensor): Tensor {
  return constant(Math.LN2).sub(x).sub(softplus(x.mul(constant(-2)))).mul(constant(2));
}
