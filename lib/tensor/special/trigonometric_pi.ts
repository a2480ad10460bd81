import { constant } from "../constant.ts";
import type { Tensor } from "../tf.ts";

/** sin(pi x) up to its sign, with the multiple of pi taken off exactly first. */
export function sinPi(x: Tensor): Tensor {
  return x.sub(x.round()).mul(constant(Math.PI)).sin();
}

/** tan(pi x), with the multiple of pi taken off exactly first. */
export function tanPi(x: Tensor): Tensor {
  return x.sub(x.round()).mul(constant(Math.PI)).tan();
}
