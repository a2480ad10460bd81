import { tf } from "../../tensor/mod.ts";
import { orderedVector, realVector } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { cumsumLast, sliceLast } from "./util/pad.ts";

/** From vectors to increasing ones: the first entry stays, the others are logarithms of steps. */
export class OrderedTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      domain: realVector,
      codomain: orderedVector,
      forward: (x) => cumsumLast(tf.concat([sliceLast(x, 0, 1), sliceLast(x, 1).exp()], -1)),
      inverse(y) {
        const steps = sliceLast(y, 1).sub(sliceLast(y, 0, y.shape[y.rank - 1] - 1));
        return tf.concat([sliceLast(y, 0, 1), steps.log()], -1);
      },
      logSlope: (x) => sliceLast(x, 1).sum(-1),
    });
  }
}
