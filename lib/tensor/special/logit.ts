import type { Tensor } from "../tf.ts";
import { log1p } from "./log1p.ts";

/** log(p / (1 - p)), the inverse of the sigmoid: -Infinity at 0, Infinity at 1. */
export function logit(p: Tensor): Tensor {
  return p.log().sub(log1p(p.neg()));
}
