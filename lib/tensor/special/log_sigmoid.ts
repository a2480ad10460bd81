import type { Tensor } from "../tf.ts";
import { softplus } from "./softplus.ts";

/** log(1 / (1 + exp(-x))), stable on both sides. */
export function logSigmoid(x: Tensor): Tensor {
  return softplus(x.neg()).neg();
}
