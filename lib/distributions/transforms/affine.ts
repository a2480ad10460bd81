import { asTensor, broadcastShapes, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { broadcastTo } from "../shapes.ts";
import { FormulaTransform } from "./formula_transform.ts";

/** y = loc + scale x, with scale not 0. */
export class AffineTransform extends FormulaTransform {
  /** The shift. */
  readonly loc: Tensor;
  /** The factor. */
  readonly scale: Tensor;

  /** `loc` and `scale` broadcast with x. */
  constructor(loc: TensorLike, scale: TensorLike) {
    const shift = asTensor(loc), factor = asTensor(scale);
    super({
      forward: (x) => x.mul(factor).add(shift),
      inverse: (y) => y.sub(shift).div(factor),
      logSlope: (x) => broadcastTo(factor.abs().log(), broadcastShapes(x.shape, shift.shape, factor.shape)),
      sign: () => factor.sign(),
      parameters: [shift, factor],
    });
    this.loc = shift;
    this.scale = factor;
  }
}
