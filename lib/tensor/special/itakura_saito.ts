import { type Tensor, tf } from "../tf.ts";
import { activeTracer } from "../tracer.ts";
import { ratioDivergence } from "./log1pmx.ts";

/**
 * Computes x / y - 1 - log(x / y) for positive x and y, which broadcast: the divergence of Itakura
 * and Saito, which is that of two exponentials, and the part of scales in that of many families. It
 * is never negative and has all digits where x and y are close.
 */
export function itakuraSaito(x: Tensor, y: Tensor): Tensor {
  // One operation of a graph: its terms cancel, unless an engine has more digits than its floats.
  return activeTracer()
    ? tf.engine().runKernel("ItakuraSaito", { a: x, b: y }) as Tensor
    : ratioDivergence(x.sub(y), x, y);
}
