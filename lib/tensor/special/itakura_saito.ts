import { type Tensor, tf } from "../tf.ts";
import { activeTracer } from "../tracer.ts";
import { constant } from "../constant.ts";
import { ratioDivergence } from "./log1pmx.ts";

/** Smaller quotients have fewer digits in float32, or none. */
const LEAST = 2 ** -126;

/**
 * Computes x / y - 1 - log(x / y) for positive x and y, which broadcast: the divergence of Itakura
 * and Saito, which is that of two exponentials, and the part of scales in that of many families. It
 * is never negative and has all digits where x and y are close.
 */
export function itakuraSaito(x: Tensor, y: Tensor): Tensor {
  // One operation of a graph: its terms cancel, unless an engine has more digits than its floats.
  if (activeTracer()) return tf.engine().runKernel("ItakuraSaito", { a: x, b: y }) as Tensor;
  const isFar = x.div(y).less(constant(LEAST));
  const [near, far] = [isFar.logicalNot(), isFar].map((mask) =>
    [x, y].map((side) => tf.where(mask, side, constant(1)) as Tensor)
  );
  const usual = ratioDivergence(near[0].sub(near[1]), near[0], near[1]);
  return tf.where(isFar, far[1].log().sub(far[0].log()).sub(constant(1)), usual);
}
