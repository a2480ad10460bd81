import { type Tensor, tf } from "../../tensor/mod.ts";
import { type Constraint, orderedVector, realVector } from "../constraints/mod.ts";
import { cumsumLast, sliceLast } from "./util/pad.ts";
import { Transform } from "./transform.ts";

/** From vectors to increasing ones: the first entry stays, the others are the logarithms of the steps. */
export class OrderedTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = realVector;
  /** The values that it gives. */
  override readonly codomain: Constraint = orderedVector;

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return cumsumLast(tf.concat([sliceLast(x, 0, 1), sliceLast(x, 1).exp()], -1));
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    const n = y.shape[y.rank - 1];
    const steps = sliceLast(y, 1).sub(sliceLast(y, 0, n - 1));
    return tf.concat([sliceLast(y, 0, 1), steps.log()], -1);
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return sliceLast(x, 1).sum(-1);
  }
}
