import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";
import { gaussLegendre } from "./quadrature.ts";

/** Minus the logarithm of what the integrals leave out. */
export const tailCut: number = 30;

/** Nodes that see functions which fall by exp(-tailCut) to a relative 1e-10. */
const NODES = 24;

/** Places from 0 to where a function has fallen. */
export interface Places {
  /** The places, along a new leftmost axis. */
  readonly r: Tensor;
  /** Integrates a function's values there. */
  integrate(values: Tensor): Tensor;
}

/** Returns places up to a reach, which has the shape to which all arguments broadcast. */
export function placesUpTo(reach: Tensor): Places {
  const { nodes, weights } = gaussLegendre(NODES);
  const column = (values: readonly number[]): Tensor =>
    (tf.stack(values.map((v) => constant(v))) as Tensor).reshape([NODES, ...reach.shape.map(() => 1)]);
  return {
    r: reach.mul(column(nodes)),
    integrate: (values) => values.mul(column(weights)).sum(0).mul(reach),
  };
}
