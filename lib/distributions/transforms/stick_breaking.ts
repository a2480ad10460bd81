import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { softplus } from "../../tensor/special/mod.ts";
import { realVector, simplex } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { positiveExp } from "./util/above_zero.ts";
import { cumsumLast, padLast, sliceLast } from "./util/pad.ts";

/** log(n), log(n - 1) ... log(1), to full precision; nothing for a simplex of one part. */
function logRemaining(n: number): Tensor {
  if (n === 0) return tf.zeros([0]);
  return tf.stack(Array.from({ length: n }, (_, i) => constant(Math.log(n - i))));
}

/** The logits of the parts: x minus the logarithms of the number of pieces yet to come. */
const shifted = (x: Tensor) => x.sub(logRemaining(x.shape[x.rank - 1]));

/**
 * From vectors of n - 1 numbers to the simplex with n, by breaking a stick: each number says which
 * part of what is left is broken off. The shift makes 0 the uniform point, as in torch.
 */
export class StickBreakingTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    // Products of what is left are sums of logarithms, which do not underflow; nor do parts.
    super({
      domain: realVector,
      codomain: simplex,
      forward(x) {
        const s = shifted(x), part = padLast(softplus(s.neg()).neg(), 0, 1);
        return positiveExp(part.add(padLast(cumsumLast(softplus(s).neg()), 1, 0)));
      },
      inverse(y) {
        const n = y.shape[y.rank - 1], left = sliceLast(cumsumLast(y, true, true), 0, n - 1);
        return sliceLast(y, 0, n - 1).log().sub(left.log()).add(logRemaining(n - 1));
      },
      logSlope(x) {
        const s = shifted(x), left = cumsumLast(softplus(s).neg(), true);
        return left.sub(softplus(s)).sub(softplus(s.neg())).sum(-1);
      },
      forwardShape: (shape) => [...shape.slice(0, -1), shape[shape.length - 1] + 1],
      inverseShape: (shape) => [...shape.slice(0, -1), shape[shape.length - 1] - 1],
    });
  }
}
