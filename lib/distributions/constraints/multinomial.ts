import { asTensor, constant, type Shape, sizeOf, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { Constraint, firstBlock } from "./constraint.ts";
import { valuesAt } from "./values_at.ts";

/** Vectors of whole numbers from 0 with a given sum; the sum broadcasts with the batch. */
class Multinomial extends Constraint {
  readonly name = "multinomial";
  override readonly eventDim = 1;
  override readonly isDiscrete = true;

  constructor(private readonly total: TensorLike) {
    super();
  }

  violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    const batch = shape.slice(0, -1),
      total = valuesAt(this.total, sizeOf(shape) === values.length ? batch : []);
    let block = 0;
    return firstBlock(values, shape, 1, (vector) => {
      const all = Array.from(vector), sum = typeof total === "function" ? total(block++) : total;
      const isWhole = all.every((x) => x >= 0 && Number.isInteger(x));
      return isWhole && (sum === undefined || all.reduce((a, b) => a + b, 0) === sum);
    });
  }

  override outside(value: Tensor): Tensor {
    const bad = value.less(constant(0)).logicalOr(value.sub(value.floor()).greater(constant(0)));
    const isOff = value.sum(-1).sub(asTensor(this.total)).abs().greater(constant(0.5));
    return bad.any(-1).logicalOr(isOff);
  }

  override get isFixed(): boolean {
    return typeof this.total === "number";
  }

  /** All of the sum at the first entry. */
  override feasibleLike(value: Tensor): Tensor {
    const first = Array.from({ length: value.shape[value.rank - 1] }, (_, i) => i === 0 ? 1 : 0);
    return asTensor(first).mul(asTensor(this.total).expandDims(-1));
  }

  override toString(): string {
    return typeof this.total === "number" ? `multinomial(${this.total})` : this.name;
  }
}

/** Makes the constraint of vectors of whole numbers from 0 that sum to `total`. */
export const multinomial = (total: TensorLike): Constraint => new Multinomial(total);
