import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { log1p, softplus } from "../../tensor/special/mod.ts";
import { l1Ball, realVector } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { cumsumLast } from "./util/pad.ts";

/** log(1 - |tanh(x)|) */
const logRest = (x: Tensor): Tensor => constant(Math.LN2).sub(softplus(x.abs().mul(constant(2))));

/**
 * From vectors of numbers to those whose sizes sum to 1 or less, by breaking a stick: tanh(x) says
 * which part of what is left is broken off, and with which sign. NumPyro: `L1BallTransform`.
 *
 * @example Half of the stick, and half of what is left
 * ```ts
 * import { L1BallTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const [y, z] = new L1BallTransform().forward(tf.tensor([1, -1]).mul(Math.atanh(0.5))).dataSync();
 * assert(Math.abs(y - 0.5) < 1e-6 && Math.abs(z + 0.25) < 1e-6);
 * ```
 */
export class L1BallTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      domain: realVector,
      codomain: l1Ball,
      forward: (x) => x.tanh().mul(cumsumLast(logRest(x), true).exp()),
      inverse(y) {
        const size = y.abs(), left = constant(1).sub(cumsumLast(size));
        const share = size.mul(constant(2)).div(tf.maximum(left, constant(2 ** -126)));
        return log1p(share).mul(constant(0.5)).mul(y.sign());
      },
      logSlope(x) {
        const rest = logRest(x), slope = rest.add(x.abs()).mul(constant(2));
        return cumsumLast(rest, true).add(slope).sum(-1);
      },
    });
  }
}
